"""Which actions of the history can be done now, and why the others cannot.

Runs on: GUI thread
"""

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.sends import left_of, retryable_of
from webpush_admin.gui.views.history.actions import HistoryActions
from webpush_admin.gui.views.history.table import TablePane
from webpush_admin.store.history_rows import DeliveryDetail, SendRow


def tell_own(context: Context, own: HistoryActions, table: TablePane) -> None:
    """Enable the view's own actions, or disable them with the reason in their tooltips."""
    row = table.current
    closed = _closed(context)
    one = closed or ("" if row is not None else translate("Availability", "Select one delivery."))
    no_row = translate("Availability", "Its row is not known any more.")
    no_user = translate("Availability", "It has no user.")
    no_rule = translate("Availability", "It has no diagnosis.")
    some = translate("Availability", "Select some deliveries.")
    for action, reason in (
        (own.show_subscription, one or ("" if row is not None and row.subscription_id is not None else no_row)),
        (own.only_user, one or ("" if row is not None and row.user_id is not None else no_user)),
        (own.only_subscription, one or ("" if row is not None and row.subscription_id is not None else no_row)),
        (own.only_diagnosis, one or ("" if row is not None and row.rule else no_rule)),
        (own.copy_rows, closed or ("" if table.table.selected_count() else some)),
        (own.forget, closed),
    ):
        own.set_available(action, reason)


def tell_availability(
    context: Context, table: TablePane, send: SendRow | None, detail: DeliveryDetail | None, *, sending: bool
) -> None:
    """Do the same for actions of the window that the history does while it is shown.

    Args:
        context: Has the actions.
        table: The deliveries.
        send: The send that is chosen, None for all.
        detail: The delivery that is inspected.
        sending: A send runs.
    """
    closed = _closed(context)
    busy = translate("Availability", "A send is running.") if sending else ""
    no_send = "" if send is not None else translate("Availability", "Choose a send first.")
    failed = retryable_of(send) if send is not None else 0
    left = left_of(send) if send is not None else 0
    none_failed = "" if failed else translate("Availability", "Nothing of this send has failed.")
    none_held = "" if left else translate("Availability", "Nothing of this send is held.")
    some = table.table.selected_count() > 0 or send is not None
    nothing = "" if some else translate("Availability", "Select a delivery, or choose a send.")
    request = detail.request if detail is not None else None
    no_request = "" if request is not None else translate("Availability", "No request is inspected.")
    empty = "" if table.model.rowCount() else translate("Availability", "There is no delivery to export.")
    for name, reason in (
        ("retry_failed", closed or no_send or busy or none_failed),
        ("prune_held", closed or no_send or busy or none_held),
        ("copy_report", closed or nothing),
        ("copy_curl", closed or no_request),
        ("export_report", closed or empty),
        ("choose_columns", closed),
    ):
        context.actions.set_available(name, not reason, reason)


def _closed(context: Context) -> str:
    return "" if context.database is not None else translate("Availability", "No database is open.")

"""Which actions of the view can be done now, and why the others cannot.

Runs on: GUI thread
"""

from PySide6.QtCore import QCoreApplication

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.users import Person
from webpush_admin.gui.views.subscriptions.sender import Target


def tell_availability(
    context: Context,
    *,
    target: Target,
    person: Person | None,
    people: int,
    sending: bool,
    answers: int,
    prunable: int,
) -> None:
    """Enable the view's actions, or disable them with the reason in their tooltips.

    Args:
        context: Has the actions.
        target: Whom a send would be for.
        person: The current line of the list of people.
        people: Selected users.
        sending: A send runs.
        answers: Answers that could be copied.
        prunable: Rows that a test found gone.
    """
    closed = "" if context.database else _tr("No database is open.")
    busy = _tr("A send is running.") if sending else ""
    nobody = "" if target.subscriptions else _tr("There is no subscription to send to.")
    user = "" if person is not None and person.user is not None else _tr("Select a user first.")
    users = "" if people else _tr("Select a user first.")
    selection = "" if target.subscription_ids else _tr("Select a subscription first.")
    one = _tr("Select one subscription.") if len(target.subscription_ids) > 1 else selection
    reasons = {
        "add_user": closed,
        "edit_user": closed or user,
        "delete_users": closed or users,
        "add_subscription": closed or user,
        "edit_subscription": closed or one,
        "delete_subscriptions": closed or selection,
        "send_test": closed or busy or nobody,
        "compose": closed or busy or nobody,
        "send_to_all": closed or busy,
        "prune_gone": closed or ("" if prunable else _tr("No test has found a subscription gone.")),
        "invalidate_user": closed or user,
        "copy_report": "" if answers else _tr("Nothing has been sent yet."),
        "find": closed,
        "refresh": closed,
    }
    for name, reason in reasons.items():
        context.actions.set_available(name, not reason, reason)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Availability", text)

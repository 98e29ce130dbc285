"""Which actions of the view can be done now, and why the others cannot.

Runs on: GUI thread
"""

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.models.users import Person
from webpush_admin.gui.views.subscriptions.selection import Selection


def tell_availability(
    context: Context,
    *,
    target: Target,
    person: Person | None,
    people: Selection[Person],
    selected: int,
    sending: bool,
    answers: int,
    prunable: int,
) -> None:
    """Enable the view's actions, or disable them with the reason in their tooltips.

    Args:
        context: Has the actions.
        target: Whom a send would be for.
        person: The current line of the list of people.
        people: The selected users.
        selected: How many subscriptions are selected.
        sending: A send runs.
        answers: Answers that could be copied.
        prunable: Rows that a test found gone.
    """
    closed = "" if context.database else translate("Availability", "No database is open.")
    busy = translate("Availability", "A send is running.") if sending else ""
    nobody = "" if target.subscriptions else translate("Availability", "There is no subscription to send to.")
    no_user = translate("Availability", "Select a user first.")
    no_subscription = translate("Availability", "Select a subscription first.")
    none_gone = translate("Availability", "No test has found a subscription gone.")
    user = "" if person is not None and person.user is not None else no_user
    users = people.problem or ("" if people.rows else no_user)
    selection = target.problem or ("" if target.subscription_ids else no_subscription)
    one = translate("Availability", "Select one subscription.") if len(target.subscription_ids) > 1 else selection
    reasons = {
        "add_user": closed,
        "edit_user": closed or user,
        "delete_users": closed or users,
        "add_subscription": closed,
        "edit_subscription": closed or one,
        "delete_subscriptions": closed or ("" if selected else no_subscription),
        "send_test": closed or busy or target.problem or nobody,
        "prune_gone": closed or ("" if prunable else none_gone),
        "invalidate_user": closed or user,
        "copy_report": "" if answers else translate("Availability", "Nothing has been sent yet."),
        "find": closed,
        "refresh": closed,
    }
    for name, reason in reasons.items():
        context.actions.set_available(name, not reason, reason)

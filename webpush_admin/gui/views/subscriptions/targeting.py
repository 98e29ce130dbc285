"""Tells whom "Send test" is for, from what is selected, filtered and current.

Runs on: GUI thread
"""

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.views.subscriptions.people import PeoplePane
from webpush_admin.gui.views.subscriptions.table import TablePane


def read_target(people: PeoplePane, table: TablePane) -> Target:
    """Return the selected subscriptions, else the current user, else all."""
    selection = table.selection()
    if selection.count:
        ids = tuple(info.subscription.id for info in selection.rows if info.subscription.id is not None)
        users = len({info.subscription.user_id for info in selection.rows})
        return Target(subscription_ids=ids, users=users, subscriptions=selection.count, problem=selection.problem)
    if table.list.narrowed:
        # "All" would reach more than is shown.
        return Target(
            problem=translate("Target", "The filters hide some: select rows (Ctrl+A takes all), or clear them.")
        )
    person = people.current
    if person is None or person.user is None:
        return Target(subscriptions=person.subscriptions if person else 0)
    return Target(person.user.id, person.user.name, users=1, subscriptions=person.subscriptions)

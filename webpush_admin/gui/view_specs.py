"""The views of the window as data: one line each.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from webpush_admin.gui.context import Context


class ViewSpec(NamedTuple):
    """One view.

    A view has a method for each action that it does, by the action's name, and may have `activate()`, `deactivate()`,
    `refresh()`, `focus_search()` and `restore(settings)`, which is called once, right after it was made. Its
    `shown_work` is the number of the long work that it shows itself: the strip leaves that out while it is in front.

    Its signal `filter_wished` brings a `SubscriptionFilter` to the first view, which then shows it; `history_wished` a
    `DeliveryFilter` to `show_deliveries` of the history; `retry_wished` a `SendRow`, whose failed ones are to be sent
    to again with a message that must be written, to `retry_send` of the view that sends; `user_wished` the `UUID` and
    the name of a user to `show_user` of the first view.

    Attributes:
        name: Key in `MainWindow.views`; its action is `show_<name>`.
        make: Imports and makes it: only the first view is needed for the first paint.
        does: Actions that are this view's work, wherever they are asked for.
        quiet: Those of them that need not be seen: the view that is shown stays.
        own_tiles: It says more fully what the window's tiles say: they leave it the room.
    """

    name: str
    make: "Callable[[Context], QWidget]"
    does: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    own_tiles: bool = False


def _subscriptions(context: "Context") -> QWidget:
    from webpush_admin.gui.views.subscriptions import SubscriptionsView

    return SubscriptionsView(context)


def _send(context: "Context") -> QWidget:
    from webpush_admin.gui.views.send import SendView

    return SendView(context)


def _audit(context: "Context") -> QWidget:
    from webpush_admin.gui.views.audit import AuditView

    return AuditView(context)


def _live(context: "Context") -> QWidget:
    from webpush_admin.gui.views.live import LiveView

    return LiveView(context)


def _history(context: "Context") -> QWidget:
    from webpush_admin.gui.views.history import HistoryView

    return HistoryView(context)


def _keys(context: "Context") -> QWidget:
    from webpush_admin.gui.views.keys import KeysView

    return KeysView(context)


def _sandbox(context: "Context") -> QWidget:
    from webpush_admin.gui.views.sandbox import SandboxView

    return SandboxView(context)


VIEWS: Final[tuple[ViewSpec, ...]] = (
    ViewSpec(
        "subscriptions",
        _subscriptions,
        does=(
            "send_test",
            "prune_gone",
            "copy_report",
            "copy_json",
            "copy_json_secrets",
            "copy_curl",
            "add_user",
            "edit_user",
            "delete_users",
            "add_subscription",
            "edit_subscription",
            "delete_subscriptions",
            "invalidate_user",
            "find_subscription",
            "show_filters",
            "choose_columns",
        ),
    ),
    ViewSpec(
        "send",
        _send,
        does=(
            "compose",
            "send_to_all",
            "send_message",
            "dry_run",
            "save_template",
            "pause_sending",
            "retry_failed",
            "prune_held",
            "show_send_history",
            "export_report",
        ),
        quiet=("pause_sending",),
    ),
    ViewSpec("live", _live, does=("invalidate_all",), quiet=("invalidate_all",), own_tiles=True),
    ViewSpec("history", _history, does=("retry_failed", "prune_held", "export_report")),
    ViewSpec("audit", _audit),
    ViewSpec(
        "keys",
        _keys,
        does=(
            "copy_public_key",
            "set_subject",
            "generate_keys",
            "import_keys",
            "export_keys",
            "rename_keys",
            "remove_keys",
            "keep_keys",
            "reveal_key",
            "unlock_keys",
            "lock_keys",
            "rotate_keys",
            "undo_rotation",
        ),
        # Whoever is asked to unlock them wants to go on with what they are doing.
        quiet=("copy_public_key", "unlock_keys", "lock_keys"),
    ),
    ViewSpec("sandbox", _sandbox),
)

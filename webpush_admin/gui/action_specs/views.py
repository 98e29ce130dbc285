"""Actions of the menu View.

Runs on: GUI thread
"""

from typing import Final

from webpush_admin.gui.action_specs.spec import ActionSpec

VIEW_ACTIONS: Final[tuple[ActionSpec, ...]] = (
    ActionSpec(
        "show_subscriptions",
        "&Subscriptions",
        "bell",
        "Ctrl+1",
        "Users, their subscriptions and sending.",
        "View",
        choice="view",
    ),
    ActionSpec(
        "show_send",
        "S&end",
        "send",
        "Ctrl+2",
        "Write a message, see what it will look like, send it, and what came of it.",
        "View",
        choice="view",
    ),
    ActionSpec("show_live", "&Live", "activity", "Ctrl+3", "Whether the dispatcher is healthy.", "View", choice="view"),
    ActionSpec(
        "show_history",
        "&History",
        "history",
        "Ctrl+4",
        "What was sent, and what became of every push.",
        "View",
        choice="view",
    ),
    ActionSpec(
        "show_audit",
        "&Audit",
        "shield-check",
        "Ctrl+5",
        "Check every subscription, and clear up what is broken.",
        "View",
        choice="view",
    ),
    ActionSpec("show_keys", "&Keys", "key-round", "Ctrl+6", "The VAPID subject and key pair.", "View", choice="view"),
    ActionSpec(
        "show_sandbox",
        "Sand&box",
        "inbox",
        "Ctrl+7",
        "The push service of the demo and its inbox.",
        "View",
        choice="view",
    ),
    ActionSpec("refresh", "&Refresh", "refresh-cw", "F5", "Read what is shown again.", "View", divided=True),
    ActionSpec("show_filters", "&Filters", "funnel", "Ctrl+Shift+L", "Show or hide the filters of the table.", "View"),
    ActionSpec(
        "choose_columns", "C&olumns…", "columns-3", "", "Choose which columns the table shows, and their order.", "View"
    ),
    ActionSpec("theme_light", "Li&ght theme", "sun", "", "Light colours.", "View", divided=True, choice="theme"),
    ActionSpec("theme_dark", "&Dark theme", "moon", "", "Dark colours.", "View", choice="theme"),
    ActionSpec(
        "theme_system", "S&ystem theme", "monitor", "", "Follow the colours of the system.", "View", choice="theme"
    ),
)

"""Every action of the window as data: what it says, its icon, its shortcut and its menu.

Runs on: GUI thread
"""

from typing import Final, NamedTuple

MENUS: Final = ("File", "Edit", "View", "Send", "Keys", "Help")


class ActionSpec(NamedTuple):
    """One action.

    Attributes:
        name: How code calls it; also its objectName.
        text: What menus and buttons say; the ampersand marks the mnemonic.
        icon: Name of a Lucide icon.
        shortcut: Portable text of the key sequence, "" for none.
        tip: One sentence: what it does.
        menu: One of `MENUS`.
        divided: A line stands above it in the menu.
        choice: Name of the group of which exactly one is checked, "" for an action that cannot be checked.
        writes: It changes the database, and cannot be done where that is read-only.
    """

    name: str
    text: str
    icon: str
    shortcut: str
    tip: str
    menu: str
    divided: bool = False
    choice: str = ""
    writes: bool = False


ACTIONS: Final[tuple[ActionSpec, ...]] = (
    ActionSpec("open_database", "&Open database…", "folder-open", "Ctrl+O", "Open an existing database file.", "File"),
    ActionSpec("new_database", "&New database…", "database", "Ctrl+Shift+O", "Make an empty database file.", "File"),
    ActionSpec(
        "open_demo",
        "Open the &demo",
        "flask-conical",
        "Ctrl+Shift+D",
        "Open a throw-away database on a push service of this computer: nothing leaves it.",
        "File",
        divided=True,
    ),
    ActionSpec(
        "import_subscriptions",
        "&Import…",
        "download",
        "Ctrl+Shift+M",
        "Read subscriptions from a file; a preview tells what would be added, replaced and refused.",
        "File",
        divided=True,
        writes=True,
    ),
    ActionSpec(
        "export_subscriptions",
        "&Export…",
        "upload",
        "Ctrl+Shift+E",
        "Write subscriptions to a file: the selection, what the filter shows, or all.",
        "File",
    ),
    ActionSpec(
        "export_report",
        "Export deli&veries…",
        "upload",
        "Ctrl+Shift+X",
        "Write what became of every push to a file: of the last send, or what the history shows.",
        "File",
    ),
    ActionSpec(
        "unlock_database",
        "&Allow changes…",
        "lock",
        "",
        "Open a read-only database again so that it can be changed.",
        "File",
        divided=True,
    ),
    ActionSpec(
        "close_database", "&Close database", "circle-x", "Ctrl+W", "Close the open database.", "File", divided=True
    ),
    ActionSpec("quit", "&Quit", "log-out", "Ctrl+Q", "End the application.", "File", divided=True),
    ActionSpec("add_user", "Add &user…", "user-plus", "Ctrl+N", "Add a user to the database.", "Edit", writes=True),
    ActionSpec(
        "edit_user", "&Rename user…", "user", "F2", "Change the name of the selected user.", "Edit", writes=True
    ),
    ActionSpec(
        "delete_users",
        "De&lete users…",
        "user-x",
        "Ctrl+Del",
        "Delete the selected users and their subscriptions.",
        "Edit",
        writes=True,
    ),
    ActionSpec(
        "add_subscription",
        "Add &subscription…",
        "plus",
        "Ctrl+Shift+N",
        "Add a subscription to the selected user, or to one that is looked for.",
        "Edit",
        divided=True,
        writes=True,
    ),
    ActionSpec(
        "edit_subscription",
        "&Edit subscription…",
        "pencil",
        "Ctrl+E",
        "Change the endpoint or the keys of the selected subscription.",
        "Edit",
        writes=True,
    ),
    ActionSpec(
        "delete_subscriptions",
        "&Delete subscriptions…",
        "trash-2",
        "Del",
        "Delete the selected subscriptions.",
        "Edit",
        writes=True,
    ),
    ActionSpec(
        "undo",
        "U&ndo",
        "undo-2",
        "Ctrl+Z",
        "Bring back what was deleted last.",
        "Edit",
        divided=True,
        writes=True,
    ),
    ActionSpec("find", "&Find…", "search", "Ctrl+F", "Go to the search field of this view.", "Edit", divided=True),
    ActionSpec(
        "find_subscription",
        "Find su&bscription…",
        "filter",
        "Ctrl+Shift+F",
        "Go to the filter of the table of subscriptions.",
        "Edit",
    ),
    ActionSpec(
        "paste_subscriptions",
        "&Paste subscriptions…",
        "inbox",
        "Ctrl+Shift+V",
        "Import what is in the clipboard: a PushSubscription as JSON, several, or CSV.",
        "Edit",
        divided=True,
        writes=True,
    ),
    ActionSpec(
        "copy_json",
        "Copy as &JSON (masked)",
        "copy",
        "Ctrl+Shift+J",
        "Copy the selected subscription in the shape of PushSubscription.toJSON(); endpoint and auth are masked.",
        "Edit",
    ),
    ActionSpec(
        "copy_json_secrets",
        "Copy as JSON &with secrets…",
        "eye",
        "",
        "Copy the selected subscription with the whole endpoint and its secret, after asking.",
        "Edit",
    ),
    ActionSpec(
        "copy_curl",
        "C&opy as cURL",
        "copy",
        "Ctrl+Shift+U",
        "Copy the last request to the selected subscription as a cURL command, without secrets.",
        "Edit",
    ),
    ActionSpec(
        "copy_report",
        "&Copy report",
        "file-text",
        "Ctrl+Shift+C",
        "Copy the answers of the last send for a ticket; endpoints are masked.",
        "Edit",
    ),
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
        "Sen&d",
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
    ActionSpec(
        "send_test",
        "Send &test",
        "send",
        "Ctrl+Return",
        "Send a test push: to the selected subscriptions, else to the selected user.",
        "Send",
    ),
    ActionSpec(
        "compose",
        "&Write a message…",
        "pencil",
        "Ctrl+Shift+Return",
        "Write a message for what is selected, in the view Send.",
        "Send",
    ),
    ActionSpec("send_to_all", "Send to &all…", "megaphone", "Ctrl+Shift+A", "Write a message for every user.", "Send"),
    ActionSpec(
        "send_message",
        "Send &message",
        "send",
        "",
        "Send what is written to whom it is for (Ctrl+Return in the view Send).",
        "Send",
        divided=True,
    ),
    ActionSpec("dry_run", "&Dry run", "eye", "Ctrl+D", "Build the request for one receiver, and send nothing.", "Send"),
    ActionSpec(
        "save_template", "Save as &template…", "save", "Ctrl+S", "Give the message that is written a name.", "Send"
    ),
    ActionSpec(
        "pause_sending",
        "Pa&use sending",
        "pause",
        "Ctrl+,",
        "Let nothing new go out, or go on.",
        "Send",
        divided=True,
    ),
    ActionSpec(
        "stop_sending",
        "&Stop sending",
        "circle-stop",
        "Ctrl+.",
        "End the running send: what has not gone out is told as not sent.",
        "Send",
    ),
    ActionSpec(
        "show_send_history",
        "Show in &history",
        "history",
        "",
        "Show every delivery of the last send.",
        "Send",
    ),
    ActionSpec(
        "prune_gone",
        "&Prune gone subscriptions…",
        "scissors",
        "Ctrl+Shift+P",
        "Delete the subscriptions that a test found gone.",
        "Send",
        divided=True,
        writes=True,
    ),
    ActionSpec(
        "retry_failed",
        "Retry the &failed…",
        "rotate-ccw",
        "",
        "Send again to those that neither accepted the send nor were gone.",
        "Send",
    ),
    ActionSpec(
        "prune_held",
        "P&rune what is held…",
        "trash-2",
        "",
        "Delete the rows that a send found gone and did not dare to delete.",
        "Send",
        writes=True,
    ),
    ActionSpec(
        "invalidate_user",
        "&Invalidate user",
        "timer",
        "Ctrl+I",
        "Drop the selected user from the cache: the next push reads the database.",
        "Send",
        divided=True,
    ),
    ActionSpec(
        "invalidate_all",
        "Invalidate e&verybody",
        "rotate-ccw",
        "Ctrl+Shift+I",
        "Drop every user from the cache.",
        "Send",
    ),
    ActionSpec("set_subject", "Set &subject…", "mail", "", "Set the contact that push services are told.", "Keys"),
    ActionSpec(
        "copy_public_key", "&Copy public key", "copy", "Ctrl+Shift+K", "Copy the public key for the web page.", "Keys"
    ),
    ActionSpec(
        "regenerate_keys",
        "&Regenerate keys…",
        "key",
        "",
        "Make a new key pair; every subscription is deleted, after a backup.",
        "Keys",
        divided=True,
        writes=True,
    ),
    ActionSpec("open_log", "Open the &log", "list", "", "Show the folder of the log file.", "Help"),
    ActionSpec("about", "&About webpush-admin", "info", "F1", "Versions, with a button that copies them.", "Help"),
)

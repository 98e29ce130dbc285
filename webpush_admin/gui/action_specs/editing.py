"""Actions of the menu Edit.

Runs on: GUI thread
"""

from typing import Final

from webpush_admin.gui.action_specs.spec import ActionSpec

EDIT_ACTIONS: Final[tuple[ActionSpec, ...]] = (
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
)

"""Actions of the menu File.

Runs on: GUI thread
"""

from typing import Final

from webpush_admin.gui.action_specs.spec import ActionSpec

FILE_ACTIONS: Final[tuple[ActionSpec, ...]] = (
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
)

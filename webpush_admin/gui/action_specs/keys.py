"""Actions of the menu Keys.

Runs on: GUI thread
"""

from typing import Final

from webpush_admin.gui.action_specs.spec import ActionSpec

KEY_ACTIONS: Final[tuple[ActionSpec, ...]] = (
    ActionSpec(
        "copy_public_key", "&Copy public key", "copy", "Ctrl+Shift+K", "Copy the public key for the web page.", "Keys"
    ),
    ActionSpec("set_subject", "Set su&bject…", "mail", "", "Set the contact that push services are told.", "Keys"),
    ActionSpec(
        "generate_keys",
        "&Generate…",
        "plus",
        "",
        "Make a key pair: the active one where there is none, else one that is kept.",
        "Keys",
        divided=True,
        writes=True,
    ),
    ActionSpec(
        "import_keys",
        "&Import keys…",
        "download",
        "",
        "Read a key pair from a file or from a text, in any format that is met in the wild.",
        "Keys",
        writes=True,
    ),
    ActionSpec(
        "export_keys",
        "&Export keys…",
        "upload",
        "",
        "Write the selected pair, private key and all, to a file that only you can read.",
        "Keys",
    ),
    ActionSpec(
        "rename_keys",
        "Re&name pair…",
        "pencil",
        "",
        "Call the selected pair something.",
        "Keys",
        divided=True,
        writes=True,
    ),
    ActionSpec(
        "remove_keys",
        "Destro&y private key…",
        "trash-2",
        "",
        "Destroy the private key of the selected inactive pair; its public key stays as history.",
        "Keys",
        writes=True,
    ),
    ActionSpec(
        "keep_keys",
        "&Move private key…",
        "folder-input",
        "",
        "Keep the private key in the database, in the system's keyring, or in an encrypted file.",
        "Keys",
        divided=True,
        writes=True,
    ),
    ActionSpec(
        "reveal_key",
        "&Show private key…",
        "eye",
        "",
        "Show the private key of the selected pair, after asking.",
        "Keys",
    ),
    ActionSpec(
        "unlock_keys",
        "&Unlock…",
        "lock-open",
        "",
        "Take a private key from where it is kept, for as long as the database is open.",
        "Keys",
        divided=True,
    ),
    ActionSpec(
        "lock_keys",
        "&Lock",
        "lock",
        "",
        "Forget the private keys that were unlocked: nothing is signed with them until they are unlocked again.",
        "Keys",
    ),
    ActionSpec(
        "rotate_keys",
        "&Rotate…",
        "rotate-ccw",
        "",
        "Put another pair in force, after counting what that costs and after a backup.",
        "Keys",
        divided=True,
        writes=True,
    ),
    ActionSpec(
        "undo_rotation",
        "Un&do rotation…",
        "undo-2",
        "",
        "Put the pair of the last backup in force again, and bring its subscriptions back.",
        "Keys",
        writes=True,
    ),
)

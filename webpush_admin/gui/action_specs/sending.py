"""Actions of the menu Send.

Runs on: GUI thread
"""

from typing import Final

from webpush_admin.gui.action_specs.spec import ActionSpec

SEND_ACTIONS: Final[tuple[ActionSpec, ...]] = (
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
        "save_template", "Save as temp&late…", "save", "Ctrl+S", "Give the message that is written a name.", "Send"
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
)

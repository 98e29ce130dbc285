"""Which actions of the view can be done now, and why the others cannot.

Runs on: GUI thread
"""

from webpush_admin.backend.records import SendProgress, SendSummary
from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import tinted_icon
from webpush_admin.gui.models.audience import Audience
from webpush_admin.gui.models.columns import translate


def tell_availability(
    context: Context,
    *,
    audience: Audience,
    problem: str,
    sending: bool,
    building: bool,
    unsaveable: str,
    last: SendSummary | None,
) -> None:
    """Enable the view's actions, or disable them with the reason in their tooltips.

    Args:
        context: Has the actions.
        audience: Whom the message is for.
        problem: Why it cannot be sent as it is written.
        sending: A send runs.
        building: A dry run is being built.
        unsaveable: Why it cannot become a template.
        last: How the last send ended, None where there was none.
    """
    closed = "" if context.database else translate("Availability", "No database is open.")
    busy = translate("Availability", "A send is running.") if sending else ""
    at_it = translate("Availability", "It is being built.") if building else ""
    nobody = "" if audience.subscriptions else translate("Availability", "There is no subscription to send to.")
    nobody = audience.target.problem or nobody
    unsent = "" if last is not None else translate("Availability", "Nothing has been sent from here yet.")
    kept = last is not None and last.send
    unkept = unsent or ("" if kept else translate("Availability", "The history of it could not be written."))
    sound = "" if last is not None and last.retryable else translate("Availability", "Nothing can be retried.")
    none_held = "" if last is not None and last.held else translate("Availability", "Nothing is held.")
    reasons = {
        "compose": closed,
        "send_to_all": closed,
        "send_message": closed or busy or nobody or problem,
        "dry_run": closed or nobody or problem or at_it,
        "save_template": unsaveable,
        "retry_failed": closed or busy or unkept or sound,
        "prune_held": closed or busy or unkept or none_held,
        "show_send_history": closed or unkept,
        "export_report": closed or unkept,
    }
    for name, reason in reasons.items():
        context.actions.set_available(name, not reason, reason)


def tell_pause(context: Context, sending: SendProgress | None) -> None:
    """Say whether what runs can be paused, or goes on."""
    action = context.actions["pause_sending"]
    can = sending is not None and sending.broadcast and not sending.stopping
    nothing = translate("Availability", "Nothing is being sent.")
    reason = nothing if sending is None else translate("Availability", "This send cannot be paused, only stopped.")
    context.actions.set_available("pause_sending", can, "" if can else reason)
    paused = sending is not None and sending.paused
    words = translate("Actions", "Res&ume sending") if paused else translate("Actions", "Pa&use sending")
    if action.text() != words:
        action.setText(words)
        action.setIconText(words.replace("&", ""))
        tokens = context.theme.tokens
        action.setIcon(tinted_icon("play" if paused else "pause", tokens.text, tokens.border))

"""What `webpush-admin send` prints: a line for each endpoint as its answer comes, and what became of all of them.

Runs on: any (`Lines.put`: any thread; printed on a thread of its own)
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Final

from webpush_admin.backend.records import DryRun, SendSummary
from webpush_admin.cli.arguments import one_line
from webpush_admin.cli.terminal import TerminalWork
from webpush_admin.push.answer import Delivery, SentRequest
from webpush_admin.push.subscription import endpoint_tail

GIVEN_UP_AFTER_S: Final = 1.0
"""At the end, where whoever reads the lines has stopped reading."""


class Lines:
    """Prints lines on a thread of its own: a reader who pauses must not hold up what is being sent.

    Args:
        work: The line at the bottom of the terminal, which each of ours is printed above.
        on_closed: Called once, on that thread, where nobody reads any more.

    Attributes:
        closed: Nobody reads any more.
    """

    def __init__(self, work: TerminalWork, on_closed: Callable[[], object]) -> None:
        self.closed = False
        self._work = work
        self._on_closed = on_closed
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._print, name="webpush-lines", daemon=True)
        self._thread.start()

    def put(self, line: str) -> None:
        """Print a line, soon."""
        self._lines.put(line)

    def end(self) -> None:
        """Wait until everything is printed, unless somebody has stopped to read."""
        self._lines.put(None)
        self._thread.join(GIVEN_UP_AFTER_S if self._work.cancel.raised else None)

    def _print(self) -> None:
        while (line := self._lines.get()) is not None:
            if self.closed:
                continue
            try:
                with self._work.above():
                    print(line, flush=self._lines.empty())
            except OSError:
                # What is left in the buffer must not be written once more when the program ends.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                self.closed = True
                self._on_closed()


def told(delivery: Delivery) -> str:
    """Return what became of the push to one endpoint, for people."""
    what = f"{delivery.subscription.masked}  {delivery.status or '-'} {delivery.outcome.value}"
    if delivery.pruned:
        what += ", deleted"
    elif delivery.held:
        what += ", kept"
    if delivery.elapsed_s:
        what += f"  {delivery.elapsed_s * 1000:,.0f} ms"
    if delivery.attempts > 1:
        what += f", {delivery.attempts} attempts"
    # A reason begins with what the diagnosis means.
    meaning = delivery.diagnosis.meaning if delivery.diagnosis else ""
    return one_line("  ".join(filter(None, (what, delivery.reason or meaning))))


def as_json(delivery: Delivery) -> str:
    """Return what became of the push to one endpoint, as one line of JSON."""
    subscription, diagnosis = delivery.subscription, delivery.diagnosis
    return json.dumps(
        {
            "subscription": subscription.id,
            "user": None if subscription.user_id is None else str(subscription.user_id),
            "host": subscription.host,
            "tail": endpoint_tail(subscription.endpoint),
            "status": delivery.status,
            "outcome": delivery.outcome.value,
            "diagnosis": diagnosis.rule if diagnosis else None,
            "action": diagnosis.action.value if diagnosis else None,
            "reason": delivery.reason,
            "elapsed_ms": round(delivery.elapsed_s * 1000, 1),
            "attempts": delivery.attempts,
            "pruned": delivery.pruned,
            "held": delivery.held,
        }
    )


def summary_as_json(summary: SendSummary, pruned_held: int) -> str:
    """Return what became of all, as one line of JSON; `pruned_held` were deleted after the send."""
    return json.dumps(
        {
            "summary": {
                "targets": summary.targets,
                "accepted": summary.accepted,
                "gone": summary.gone,
                "failed": summary.failed,
                "not_sent": summary.not_sent,
                "pruned": summary.pruned + pruned_held,
                "held": max(0, summary.held - pruned_held),
                "stopped": summary.stopped,
                "problem": summary.problem,
                "elapsed_ms": round(summary.elapsed_s * 1000, 1),
                "send": summary.send,
                "alike": list(summary.alike),
            }
        }
    )


def summary_told(summary: SendSummary, pruned_held: int) -> str:
    """Return what became of all, as a sentence."""
    parts = [f"Accepted {summary.accepted:,} of {summary.targets:,}"]
    if summary.gone:
        pruned = summary.pruned + pruned_held
        parts.append(f"{summary.gone:,} gone" + (f" ({pruned:,} deleted)" if pruned else ""))
    refused = summary.failed - summary.not_sent
    if refused > 0:
        parts.append(f"{refused:,} failed")
    if summary.not_sent:
        parts.append(f"{summary.not_sent:,} not sent")
    return f"{'Stopped: ' if summary.stopped else ''}{', '.join(parts)}; {summary.elapsed_s:,.1f} s."


def dry_run_as_json(found: DryRun, targets: int) -> str:
    """Return what would be sent, as one line of JSON."""
    request = found.request
    return json.dumps(
        {
            "dry_run": {
                "targets": targets,
                "target": found.target,
                "problem": found.problem,
                "payload": found.payload,
                "request": None
                if request is None
                else {
                    "origin": request.origin,
                    "headers": [list(header) for header in request.headers],
                    "body_bytes": request.body_bytes,
                    "payload_bytes": request.payload_bytes,
                    "jwt_header": request.jwt_header,
                    "jwt_claims": request.jwt_claims,
                    "public_key": request.public_key,
                },
            }
        }
    )


def dry_run_told(found: DryRun, targets: int) -> list[str]:
    """Return what would be sent, for people."""
    lines = [f"Would be sent to {targets:,} {'endpoint' if targets == 1 else 'endpoints'}; nothing was sent."]
    if found.target:
        lines.append(f"Built for: {found.target}")
    if found.problem:
        lines.append(f"Which cannot be sent to: {found.problem}")
    if found.request is not None:
        lines += _request_told(found.request)
    lines.append(f"Payload: {found.payload}")
    return [one_line(line) for line in lines]


def _request_told(request: SentRequest) -> list[str]:
    return [
        f"POST to {request.origin}",
        *(f"  {name}: {value}" for name, value in request.headers),
        f"  JWT header: {request.jwt_header}",
        f"  JWT claims: {request.jwt_claims}",
        f"  {request.payload_bytes:,} bytes of payload, {request.body_bytes:,} encrypted",
    ]

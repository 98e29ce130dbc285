"""`webpush-admin send`: what the window sends, without a window, with the same history and the same guards.

Runs on: any (`Job`: its own loop, on the main thread)
"""

import argparse
import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final
from uuid import UUID

from webpush_admin.backend.backend import Backend
from webpush_admin.backend.records import BackendEvent, InfoChanged, SendSummary
from webpush_admin.cli import send_lines
from webpush_admin.cli.arguments import say
from webpush_admin.cli.passphrases import FROM_FILE, Passphrases
from webpush_admin.cli.send_arguments import check, message_of, parse
from webpush_admin.cli.terminal import INTERRUPTED, Stopped, TerminalWork, on_interrupt, told
from webpush_admin.cli.unlocking import unlock_signing
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.errors import PushError
from webpush_admin.push.events import Event, PushFinished
from webpush_admin.push.message import Message
from webpush_admin.store.cancel import Cancel

NOT_ALL_ACCEPTED: Final = 1

NOTHING_SENT: Final = "Stopped: nothing was sent."
CLOSED: Final = "Standard output was closed: {not_sent:,} were not sent."


def run_send(arguments: Sequence[str]) -> int:
    """Return 0 where all were accepted, 1 where not, 2 where nothing could be sent, 130 after Ctrl+C."""
    parsed = parse(arguments)
    return told(lambda: _send(parsed))


def _send(parsed: argparse.Namespace) -> int:
    passphrases = Passphrases.of(FROM_FILE, parsed.passphrase_file)
    job = Job(parsed, message_of(parsed), check(parsed), passphrases)
    # pycurl asks for sockets that can be selected from, on every system.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(job.run())


class Job:
    """One send, from opening the database to the exit code.

    Args:
        parsed: The arguments.
        message: What is sent.
        user_id: To whom, None for subscriptions or all.
        passphrases: Where that of locked keys comes from.
    """

    def __init__(
        self, parsed: argparse.Namespace, message: Message, user_id: UUID | None, passphrases: Passphrases
    ) -> None:
        self._parsed = parsed
        self._message = message
        self._user_id = user_id
        self._passphrases = passphrases
        self._work = TerminalWork(Cancel(), "Sending")
        self._line = send_lines.as_json if parsed.json else send_lines.told
        self._backend = Backend(self._hear)
        self._news = asyncio.Event()
        self._stops: set[asyncio.Task[None]] = set()
        self._lines: send_lines.Lines | None = None
        self._told_early: set[int | None] = set()

    async def run(self) -> int:
        """Return the exit code.

        Raises:
            PushError: Nothing could be sent.
            Stopped: Somebody pressed Ctrl+C before anything was sent.
        """
        loop = asyncio.get_running_loop()
        with on_interrupt(lambda: loop.call_soon_threadsafe(self._stop)):
            try:
                await self._open()
                return await (self._dry_run() if self._parsed.dry_run else self._go())
            finally:
                await self._backend.close()

    async def _open(self) -> None:
        parsed = self._parsed
        if parsed.metrics is not None:
            port = await self._backend.serve_metrics(parsed.metrics)
            say(f"Metrics on http://127.0.0.1:{port}/metrics while this runs.")
        await self._backend.open(
            parsed.database,
            create=False,
            subject=parsed.subject,
            ca_file=parsed.ca_file,
            loopback_port=parsed.allow_loopback,
        )
        # Until the file has been checked for damage nothing is written to it: no history, no prune.
        while (await self._backend.info()).checking:
            self._check()
            self._news.clear()
            await self._news.wait()
        self._check()
        await unlock_signing(self._backend, self._passphrases)

    async def _dry_run(self) -> int:
        sending, ids = self._backend.sending, self._parsed.subscription_id
        targets = len(ids) if ids else (await sending.count(self._user_id))[1]
        found = await sending.dry_run(ids or self._user_id, self._message)
        if self._parsed.json:
            print(send_lines.dry_run_as_json(found, targets))
        else:
            print("\n".join(send_lines.dry_run_told(found, targets)))
        return NOT_ALL_ACCEPTED if found.problem or not targets else 0

    async def _go(self) -> int:
        loop = asyncio.get_running_loop()
        lines = self._lines = send_lines.Lines(self._work, lambda: loop.call_soon_threadsafe(self._stop))
        self._backend.sending.on_deliveries = self._conclude_some
        try:
            summary = await self._sent()
        finally:
            self._lines = None
            lines.end()
            self._work.end()
        if lines.closed:
            raise PushError(CLOSED.format(not_sent=summary.not_sent))
        return await self._conclude(summary)

    async def _sent(self) -> SendSummary:
        sending, message, keep = self._backend.sending, self._message, self._parsed.keep_payload
        if self._user_id is not None:
            return await sending.to_user(self._user_id, message, keep_payload=keep)
        if self._parsed.subscription_id:
            return await sending.to_subscriptions(self._parsed.subscription_id, message, keep_payload=keep)
        return await sending.to_all(message, keep_payload=keep)

    async def _conclude(self, summary: SendSummary) -> int:
        pruned = 0
        if summary.held and self._parsed.prune_held:
            pruned = await self._backend.sending.prune_held(summary.send)
        if self._parsed.json:
            print(send_lines.summary_as_json(summary, pruned), flush=True)
        if summary.held > pruned:
            say(
                f"{summary.held - pruned:,} are gone, but were kept, since so many at once may be a mistake: "
                "--prune-held deletes them."
            )
        for sentence in (summary.problem, *summary.alike):
            if sentence:
                say(sentence)
        say(send_lines.summary_told(summary, pruned) if summary.targets else "There are no subscriptions to send to.")
        if summary.stopped:
            return INTERRUPTED
        return 0 if summary.targets and summary.accepted == summary.targets else NOT_ALL_ACCEPTED

    def _hear(self, event: Event | BackendEvent) -> None:
        if isinstance(event, InfoChanged):
            self._news.set()
        elif isinstance(event, PushFinished) and (event.test or event.delivery.outcome is not Outcome.GONE):
            # What is gone is told once it is known what became of its row.
            self._told_early.add(event.delivery.subscription.id)
            self._tell(event.delivery)

    def _conclude_some(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            if delivery.subscription.id in self._told_early:
                self._told_early.discard(delivery.subscription.id)
            else:
                self._tell(delivery)

    def _tell(self, delivery: Delivery) -> None:
        if self._lines is not None:
            self._lines.put(self._line(delivery))
        progress = self._backend.sending.progress
        if progress is not None:
            self._work.advance(progress.done, progress.targets)

    def _stop(self) -> None:
        if self._work.cancel.raised:
            return
        self._work.cancel.cancel()
        self._news.set()
        self._stops.add(asyncio.get_running_loop().create_task(self._stop_sending(), name="webpush-stop"))

    async def _stop_sending(self) -> None:
        # No database may be open yet, or not any more.
        with suppress(PushError):
            await self._backend.sending.stop()

    def _check(self) -> None:
        if self._work.cancel.raised:
            raise Stopped(NOTHING_SENT)

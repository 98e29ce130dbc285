"""One send, from its first question to its summary: written down, counted, stopped.

Runs on: worker loop
"""

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from webpush_admin.backend.history_journal import HistoryJournal
from webpush_admin.backend.records import HistoryChanged, Resting, SendProgress, SendSummary
from webpush_admin.backend.session import Session
from webpush_admin.backend.totals import Totals
from webpush_admin.push.answer import Outcome
from webpush_admin.push.control import Control
from webpush_admin.push.errors import PushError
from webpush_admin.push.message import Message
from webpush_admin.store.cancel import Cancel
from webpush_admin.store.history_rows import SendStart, SendState

TITLE_CHARACTERS: Final = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a send is about to do.

    Attributes:
        target: Whom it is for, in words; hostile text.
        targets: Subscriptions that it is meant for.
        go: Sends to them, and tells the totals of the running send what became of it.
    """

    target: str
    targets: int
    go: Callable[[HistoryJournal], Awaitable[None]]


Prepare = Callable[["Running"], Awaitable[Plan]]


class Running:
    """One send that runs.

    Args:
        session: The open database.
        message: What is sent.
        targets: How many the operator was told.
        broadcast: It can be paused.
        test: Past the cache, and nothing is pruned.
        keep_payload: The history shows what was sent.

    Attributes:
        dispatcher: Sends.
        totals: What became of it so far.
        control: Pauses and stops it.
        cancel: Raised when it is stopped, for whoever reads for it.

    Raises:
        PushError: Nothing can be sent.
    """

    def __init__(
        self,
        session: Session,
        message: Message,
        *,
        targets: int = 0,
        broadcast: bool = False,
        test: bool = False,
        keep_payload: bool = False,
    ) -> None:
        self.totals = Totals()
        self.control = Control()
        self.cancel = Cancel()
        self.session = session
        self.dispatcher = session.open_dispatcher
        self.message = message
        self._targets = targets
        self._broadcast = broadcast
        self._test = test
        self._keep_payload = keep_payload

    @property
    def progress(self) -> SendProgress:
        """How far it is."""
        return SendProgress(
            targets=self._targets,
            done=self.totals.done,
            accepted=self.totals[Outcome.ACCEPTED],
            gone=self.totals[Outcome.GONE],
            failed=self.totals.failed,
            waiting=self.dispatcher.push_stats().retrying,
            paused=self.control.paused,
            stopping=self.control.stopped,
            broadcast=self._broadcast,
            resting=tuple(Resting(rest.origin, rest.until) for rest in self.dispatcher.resting()),
        )

    def stop(self) -> None:
        """Send nothing more; what is in flight is told as interrupted. Idempotent."""
        self.control.stop()
        self.cancel.cancel()
        self.dispatcher.interrupt()

    def pause(self) -> None:
        """Let nothing new go out.

        Raises:
            PushError: It is no broadcast.
        """
        if not self._broadcast:
            raise PushError("Only a broadcast can be paused.")
        self.control.pause()

    async def run(self, prepare: Prepare) -> SendSummary:
        """Find out who is meant, and send to them.

        Raises:
            PushError: Nothing at all could be sent. Where it was only some, the summary tells it.
        """
        began_s = time.monotonic()
        try:
            plan = await prepare(self)
        except PushError:
            # A read that is stopped says so in the words of the database.
            if not self.control.stopped:
                raise
            return self._summary(began_s, self._targets)
        self._targets = plan.targets
        if self.control.stopped or not plan.targets:
            return self._summary(began_s, plan.targets)
        # Refused here, nothing goes out: what is not written down is not sent.
        number = await self.session.work(lambda store: store.history.begin(self._start(plan)))
        journal = HistoryJournal(self.session, number)
        failure: PushError | None = None
        try:
            # It may have been stopped meanwhile.
            if not self.control.stopped:
                await plan.go(journal)
        except PushError as error:
            failure = error
        # Locked in its midst: the dispatcher that it was sent with has ended without an error of its own.
        why = str(failure) if failure else self.session.keys_problem if self.session.keys_locked else ""
        problems = [why, journal.problem, await self._end(number, journal)]
        if failure is not None and not self.totals.done and not self.control.stopped:
            raise failure
        # Rows may have come or gone since they were counted; what a stop or an error left out is told as not sent.
        whole = failure is None and not self.control.stopped
        left_out = 0 if whole else max(0, plan.targets - self.totals.done)
        return self._summary(began_s, left_out, " ".join(filter(None, problems)), number)

    def _start(self, plan: Plan) -> SendStart:
        message, payload = self.message, self.message.payload()
        headline = message.title if message.raw is None else message.raw
        return SendStart(
            target=plan.target[:TITLE_CHARACTERS],
            test=self._test,
            title=headline[:TITLE_CHARACTERS] if self._keep_payload else "",
            ttl_s=message.ttl_s,
            urgency=message.urgency,
            topic=message.topic,
            payload_bytes=len(payload),
            payload=payload.decode() if self._keep_payload else None,
            targets=plan.targets,
        )

    async def _end(self, number: int, journal: HistoryJournal) -> str:
        """Write down that it has ended; return why that could not be written."""
        journal.close()
        state = SendState.STOPPED if self.control.stopped else SendState.ENDED
        try:
            await self.session.work(lambda store: store.history.end(number, state))
        except PushError as error:
            _log.warning("The end of send %d could not be kept: %s", number, error)
            return f"Its end could not be written down: {error}"
        self.session.emit(HistoryChanged(number))
        return ""

    def _summary(self, began_s: float, left_out: int, problem: str = "", send: int = 0) -> SendSummary:
        return self.totals.summary(
            left_out=left_out,
            elapsed_s=time.monotonic() - began_s,
            stopped=self.control.stopped,
            problem=problem,
            send=send,
        )

"""The list of sends, the newest first: what each line says, and the model that takes newer and older ones.

Runs on: GUI thread
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.outcomes import FAILED_OUTCOMES, shares, told
from webpush_admin.gui.models.words import counted, local_and_utc, local_short
from webpush_admin.gui.text import display_text, plain_tooltip
from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import SendRow, SendState

LINE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
"""Item data: the `SendLine`."""

_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP: Final = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE: Final = int(Qt.ItemDataRole.AccessibleTextRole)
_TARGET_CHARACTERS: Final = 60
_TITLE_CHARACTERS: Final = 120

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class SendLine:
    """One send made ready for painting; nothing hidden is left in it.

    Attributes:
        target: Whom it was for.
        when: Local.
        title: The notification's headline; where that was not kept, whether it was a test.
        told: Its state and its totals, in words.
        shares: Role and how many, for the bar.
        role: Of its state: "accent" while it runs, "warn" where it did not come to its end, else "".
    """

    target: str
    when: str
    title: str
    told: str
    shares: tuple[tuple[str, int], ...]
    role: str


EVERY_SEND: Final = None
"""Stands above the sends, and means all of them."""


def deliveries_of(send: SendRow) -> int:
    """Return how many of its deliveries have an outcome."""
    return sum(count for _, count in send.counts)


def retryable_of(send: SendRow) -> int:
    """Return how many failed and are sent to by a retry: not those of which the history alone knows nothing more."""
    return sum(count for outcome, count in send.counts if outcome in FAILED_OUTCOMES and outcome is not Outcome.UNKNOWN)


def left_of(send: SendRow) -> int:
    """Return how many rows it found gone and did not delete: held, or deleted by somebody else. A test deletes none."""
    return 0 if send.start.test else max(0, dict(send.counts).get(Outcome.GONE, 0) - send.pruned)


def send_name(send: SendRow) -> str:
    """Return number and target: "Send 12 to Ada", "Test 13 to 3 subscriptions"; may be hostile."""
    words = (
        translate("Sends", "Test {n} to {target}") if send.start.test else translate("Sends", "Send {n} to {target}")
    )
    return words.format(n=send.number, target=send.start.target)


def state_words(send: SendRow) -> str:
    """Return how it stands, "" where it simply came to its end."""
    done, targets = f"{deliveries_of(send):,}", f"{send.start.targets:,}"
    return {
        SendState.RUNNING: translate("Sends", "running, {done} of {targets}").format(done=done, targets=targets),
        SendState.ENDED: "",
        SendState.STOPPED: translate("Sends", "stopped"),
        SendState.BROKEN_OFF: translate("Sends", "broken off"),
    }[send.state]


def send_line(send: SendRow) -> SendLine:
    """Return a send as the list shows it."""
    start = send.start
    totals = told(dict(send.counts))
    words = [state_words(send), totals or ("" if send.state is SendState.RUNNING else nothing_came(send))]
    roles = {SendState.RUNNING: "accent", SendState.STOPPED: "warn", SendState.BROKEN_OFF: "warn"}
    return SendLine(
        target=display_text(start.target, _TARGET_CHARACTERS) or translate("Sends", "nobody"),
        when=local_short(send.at),
        title=display_text(start.title, _TITLE_CHARACTERS) or (translate("Sends", "test") if start.test else ""),
        told=": ".join(word for word in words if word),
        shares=tuple(shares(send.counts, start.targets)),
        role=roles.get(send.state, ""),
    )


def nothing_came(send: SendRow) -> str:
    """Return why there are no totals."""
    return translate("Sends", "nobody to send to") if not send.start.targets else translate("Sends", "nothing was sent")


def send_in_full(send: SendRow) -> str:
    """Return everything about a send, in lines; may be hostile."""
    start = send.start
    kind = translate("Sends", "A test: past the cache, and nothing is pruned.") if start.test else ""
    targets = counted(start.targets, translate("Sends", "subscription"), translate("Sends", "subscriptions"))
    topic = translate("Sends", "topic {0}").format(start.topic) if start.topic else ""
    headers = ", ".join(part for part in (f"TTL {start.ttl_s:,} s", start.urgency, topic) if part)
    size = translate("Sends", "{n} bytes of payload").format(n=f"{start.payload_bytes:,}")
    kept = translate("Sends", "kept") if start.payload is not None else translate("Sends", "not kept")
    pruned = translate("Sends", "{n} rows deleted").format(n=f"{send.pruned:,}") if send.pruned else ""
    state = state_words(send) or translate("Sends", "ended")
    return "\n".join(
        part
        for part in (
            f"{send_name(send)} ({targets})",
            start.title,
            local_and_utc(send.at),
            f"{state}: {told(dict(send.counts))}" if send.counts else state,
            pruned,
            f"{headers}; {size}, {kept}",
            kind,
        )
        if part
    )


class SendsModel(QAbstractListModel):
    """A line for all sends, then the sends in memory.

    Attributes:
        older_wished: Somebody has come to the end: sends before this number are wanted.
    """

    older_wished = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sends: list[SendRow] = []
        self._lines: dict[int, SendLine] = {}
        self._more = False
        self._asked = False

    @property
    def sends(self) -> Sequence[SendRow]:
        """Every send in memory, the newest first. Not to be changed."""
        return self._sends

    def send(self, row: int) -> SendRow | None:
        """Return the send of a line; None for the line of all, and where there is none."""
        return self._sends[row - 1] if 1 <= row <= len(self._sends) else EVERY_SEND

    def row_of(self, number: int | None) -> int:
        """Return the line of a send, that of all where it is not in memory."""
        return next((row for row, send in enumerate(self._sends, 1) if send.number == number), 0)

    def clear(self) -> None:
        """Show no sends."""
        self._reset([], more=False)

    def take_newest(self, newest: Sequence[SendRow], limit: int) -> None:
        """Take the newest sends as they are now: newer ones come on top, known ones change where they stand.

        Args:
            newest: The newest first.
            limit: How many were asked for: fewer are all that there are.
        """
        known = {send.number for send in self._sends}
        if not newest or not self._sends or (len(newest) == limit and newest[-1].number > self._sends[0].number):
            self._reset(list(newest), more=len(newest) == limit)
            return
        oldest = newest[-1].number if len(newest) == limit else 0
        self._forget({send.number for send in self._sends if send.number >= oldest} - {send.number for send in newest})
        fresh = [send for send in newest if send.number not in known]
        if fresh:
            self.beginInsertRows(_NOWHERE, 1, len(fresh))
            self._sends[:0] = fresh
            self.endInsertRows()
        self._change({send.number: send for send in newest if send.number in known})

    def take_older(self, older: Sequence[SendRow], limit: int) -> None:
        """Put sends at the end."""
        self._asked, self._more = False, len(older) == limit
        last = self._sends[-1].number if self._sends else 0
        older = [send for send in older if send.number < last]
        if older:
            first = len(self._sends) + 1
            self.beginInsertRows(_NOWHERE, first, first + len(older) - 1)
            self._sends.extend(older)
            self.endInsertRows()

    def give_up_older(self) -> None:
        """They did not come; who scrolls asks again."""
        self._asked = False

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the sends and the line above them; nothing where nothing was ever sent."""
        return 0 if parent.isValid() or not self._sends else len(self._sends) + 1

    def canFetchMore(self, _parent: Index) -> bool:
        """Whether older ones may be asked for."""
        return self._more and not self._asked

    def fetchMore(self, _parent: Index) -> None:
        """Ask for older ones."""
        if self.canFetchMore(_NOWHERE):
            self._asked = True
            self.older_wished.emit(self._sends[-1].number)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Hand out the line; for screen readers, all of it in words."""
        if role not in (LINE_ROLE, _DISPLAY, _TOOLTIP, _ACCESSIBLE):
            return None
        send = self.send(index.row())
        if send is EVERY_SEND:
            return None if role in (LINE_ROLE, _TOOLTIP) else translate("Sends", "All sends")
        if role == _TOOLTIP:
            return plain_tooltip(send_in_full(send))
        line = self._lines.get(send.number)
        if line is None:
            line = self._lines[send.number] = send_line(send)
        if role == LINE_ROLE:
            return line
        if role == _ACCESSIBLE:
            return ", ".join(part for part in (line.target, line.title, line.when, line.told) if part)
        return line.target

    def _reset(self, sends: list[SendRow], *, more: bool) -> None:
        self.beginResetModel()
        self._sends, self._lines = sends, {}
        self._more, self._asked = more, False
        self.endResetModel()

    def _forget(self, numbers: set[int]) -> None:
        """Take sends out that are no longer in the history."""
        for place in reversed(range(len(self._sends))):
            if self._sends[place].number in numbers:
                self.beginRemoveRows(_NOWHERE, place + 1, place + 1)
                self._lines.pop(self._sends.pop(place).number, None)
                self.endRemoveRows()

    def _change(self, sends: dict[int, SendRow]) -> None:
        for place, send in enumerate(self._sends):
            changed = sends.get(send.number)
            if changed is not None and changed != send:
                self._sends[place] = changed
                self._lines.pop(send.number, None)
                index = self.index(place + 1)
                self.dataChanged.emit(index, index)

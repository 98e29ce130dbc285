"""The line on top: whom the message goes to, with the number, and the templates.

Runs on: GUI thread
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.audience import Audience, Reach, audiences, count_verb
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.models.target import Target
from webpush_admin.gui.widgets.plain import PlainLabel


class AudienceBar(QWidget):
    """Offers what is selected, current and filtered in the table, and everybody; counts what is chosen.

    Attributes:
        changed: Another choice, or another number.
    """

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("audience_bar")
        self._context = context
        self._choices: tuple[Audience, ...] = audiences(Target())
        self._everybody = 0
        self._failed: Audience | None = None
        self.caption = PlainLabel(self.tr("To"), self, name="audience_caption", tone="muted")
        self.audience = QComboBox(self)
        self.audience.setObjectName("audience")
        self.audience.setAccessibleName(self.tr("Whom it is for"))
        self.audience.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.audience.setMinimumContentsLength(18)
        self.audience.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.caption.setBuddy(self.audience)
        self.explanation = PlainLabel("", self, name="audience_explanation", tone="caption")
        self.explanation.setWordWrap(True)
        self.explanation.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        self.row.addWidget(self.caption)
        self.row.addWidget(self.audience)
        self.row.addWidget(self.explanation, 1)
        self.audience.currentIndexChanged.connect(self._on_chosen)
        self.refresher = Refresher(self._count, self)

    @property
    def chosen(self) -> Audience:
        """Whom the message is for."""
        return self._choices[max(0, min(self.audience.currentIndex(), len(self._choices) - 1))]

    def show_target(self, target: Target, reach: Reach | None = None, *, narrowest: bool = False) -> None:
        """Offer what there is now.

        Args:
            target: What is selected, current and filtered.
            reach: What to choose; None stays with what is chosen, where that is still there, else the narrowest.
            narrowest: Choose the narrowest; what failed in a send is not meant any more.
        """
        self._failed = None if narrowest else self._failed
        wanted = reach or self.chosen.reach
        before = {choice.reach: choice for choice in self._choices}
        self._choices = tuple(
            # What was counted stays until it is counted again, where it is still for the same.
            before[choice.reach] if _same(choice, before.get(choice.reach)) else choice
            for choice in audiences(target, self._everybody, self._failed)
        )
        reaches = [choice.reach for choice in self._choices]
        self._fill(reaches.index(wanted) if wanted in reaches and not narrowest else 0)
        self.refresher.wish()

    def show_failed(self, target: Target, send: int, failed: int) -> None:
        """Offer, and choose, those that failed in a send.

        Args:
            target: What is selected, current and filtered.
            send: Its number.
            failed: How many there are.
        """
        self._failed = Audience(Reach.FAILED, Target(subscriptions=failed, send=send))
        self.show_target(target, Reach.FAILED)

    def forget(self) -> None:
        """Another database: what was counted and what failed belong to the former one."""
        self._failed, self._everybody = None, 0
        self._choices = audiences(Target())

    def show_state(self) -> None:
        """Say what happens to them."""
        database = self._context.database
        read_only = bool(database and database.read_only and not database.checking)
        self.explanation.show_text(self.chosen.explanation(read_only=read_only))

    def _fill(self, current: int) -> None:
        self.audience.blockSignals(True)
        self.audience.clear()
        self.audience.addItems([choice.words() for choice in self._choices])
        self.audience.setCurrentIndex(current)
        self.audience.blockSignals(False)
        self.show_state()
        self.changed.emit()

    def _on_chosen(self, _index: int) -> None:
        self.show_state()
        self.changed.emit()
        self.refresher.wish()

    def _count(self) -> None:
        chosen = self.chosen
        asked = [choice for choice in self._choices if choice.reach in (Reach.USER, Reach.ALL)]
        # Of a filter the table tells the number; it is counted anew where the message is for it.
        asked += [chosen] if chosen.reach is Reach.FILTER else []
        if self._context.database is not None:
            self._context.ask(count_verb(asked), self._on_counted, _pass_over)

    def _on_counted(self, counted: tuple[Audience, ...]) -> None:
        before = self._choices
        for now in counted:
            if now.reach is Reach.ALL:
                self._everybody = now.subscriptions
            self._choices = tuple(now if _same(choice, now) else choice for choice in self._choices)
        if self._choices != before:
            self._fill(self.audience.currentIndex())


def _pass_over(_sentence: str) -> None:
    """The number that the window knows stands; whoever reads the database next is told."""


def _same(one: Audience, other: Audience | None) -> bool:
    """Whether two choices are for the same, whatever their numbers."""
    if other is None or one.reach is not other.reach:
        return False
    mine, theirs = one.target, other.target
    return (mine.user_id, mine.user_name, mine.subscription_ids, mine.filtered, mine.send) == (
        theirs.user_id,
        theirs.user_name,
        theirs.subscription_ids,
        theirs.filtered,
        theirs.send,
    )

"""Puts another key pair in force: what it costs, which pair, which backup, a typed confirmation, and what came of it.

Runs on: GUI thread
"""

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from webpush_admin.backend.key_records import KeysRotated, RotationCost, RotationPlan, Subscribers
from webpush_admin.backend.records import DatabaseInfo, Snapshot, WorkKind
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.dialogs.rotate_cost import CostPage
from webpush_admin.gui.dialogs.rotate_pages import RotatedPage, RunningPage
from webpush_admin.gui.dialogs.rotate_pair import PairRows
from webpush_admin.gui.dialogs.running_work import RunningWork
from webpush_admin.gui.models.rotation_cost import becomes_told, effect_told, rotated_told, word_to_type
from webpush_admin.store.faults import shown_name

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend
    from webpush_admin.gui.bridge import Job


class Step(Enum):
    """Where in the dialog one is."""

    COST = "cost"
    PAIR = "pair"
    CONFIRM = "confirm"
    RUNNING = "running"
    DONE = "done"


_BEFORE = {Step.PAIR: Step.COST, Step.CONFIRM: Step.PAIR}


class RotateDialog(FormDialog):
    """Nothing changes before the last of three steps; a refusal leaves the dialog open, with everything in it.

    Attributes:
        rotated: The `KeysRotated`.
        snippets_wished: The operator wants to see the code for the web page.
    """

    rotated = Signal(object)
    snippets_wished = Signal()

    def __init__(
        self, context: Context, parent: QWidget | None, cost: RotationCost, database: DatabaseInfo, keyring_name: str
    ) -> None:
        """Make the dialog.

        Args:
            context: For the backend.
            parent: The window.
            cost: As it is now.
            database: The open one.
            keyring_name: What the system's keyring calls itself, "" where there is none.
        """
        super().__init__(context, parent)
        self.setObjectName("rotate_dialog")
        self.setMinimumWidth(660)
        self._cost = cost
        self._plan: RotationPlan | None = None
        self._result: KeysRotated | None = None
        self._counting: Job[RotationCost] | None = None
        self.step = Step.COST
        self._make_parts(database, keyring_name)
        self._lay_out()
        context.snapshot.connect(self._on_snapshot)
        context.database_closed.connect(self._on_database_closed)
        self.cost_page.show_cost(cost)
        self._show_step()

    def _make_parts(self, database: DatabaseInfo, keyring_name: str) -> None:
        self.cost_page = CostPage(self.context, self)
        for field in (self.cost_page.table, self.cost_page.keep, self.cost_page.delete):
            self.keep_field(field)
        self.pair = PairRows(self, self._cost, database, keyring_name)
        self.pair.changed.connect(self._on_edited)
        self.typed = QLineEdit(self)
        self.add_field("typed", self.tr("Type what is asked for"), self.typed)
        self.typed.textChanged.connect(self._on_edited)
        self.running = RunningPage(self, beginning=self.tr("The backup is being written…"))
        self.rotated_page = RotatedPage(self)
        self.keep_field(self.rotated_page.copy_button)
        self.back_button = QPushButton(self.tr("&Back"), self)
        self.back_button.setObjectName("back_button")
        self.back_button.setAccessibleName(self.tr("Back"))
        self.back_button.setAutoDefault(False)
        self.back_button.clicked.connect(self.go_back)
        self.keep_field(self.back_button)
        self._work = RunningWork(self.context, WorkKind.ROTATE, self)

    def _lay_out(self) -> None:
        self.content.insertWidget(self.content.indexOf(self.explanation) + 1, self.cost_page)
        at = self.content.indexOf(self.problem)
        self.content.insertWidget(at, self.running)
        self.content.insertWidget(at + 1, self.rotated_page)
        self.buttons.insertWidget(0, self.back_button)

    def showEvent(self, event: QShowEvent) -> None:
        """Start at the choice: the table above it is to be read."""
        super().showEvent(event)
        self._focus()

    def submit(self) -> None:
        """Go on to the next step, or rotate."""
        if self.step is Step.COST:
            self._go(Step.PAIR)
        elif self.step is Step.PAIR:
            self._look_at_files()
        elif self.step is Step.CONFIRM and self._plan is not None:
            self._rotate(self._plan)
        elif self.step is Step.DONE:
            self.accept()
            self.snippets_wished.emit()

    def go_back(self) -> None:
        """Go to the step before."""
        if self.step in _BEFORE:
            self.stop_asking()
            self.show_problem("")
            self._plan = None
            self._go(_BEFORE[self.step])

    def reject(self) -> None:
        """Close; what runs is asked to stop, and closes nothing before its answer is there."""
        if self.step is not Step.RUNNING:
            super().reject()
        elif self._work.stop():
            self.running.stopping()
            self.cancel_button.setEnabled(False)

    def done(self, result: int) -> None:
        """Close; no passphrase stays, and what came of it can be read in the window."""
        self.pair.stop()
        self._plan = None
        if self._counting is not None:
            self._counting.cancel()
        super().done(result)
        if self._result is not None:
            self.context.notify(rotated_told(self._result), "good")
            self._result = None

    def _go(self, step: Step) -> None:
        self.step = step
        self._show_step()

    def _show_step(self) -> None:
        step = self.step
        self.cost_page.setVisible(step is Step.COST)
        self.pair.set_shown(step is Step.PAIR)
        self.form.setRowVisible(self.typed, step is Step.CONFIRM)
        self.running.setVisible(step is Step.RUNNING)
        self.rotated_page.setVisible(step is Step.DONE)
        self.back_button.setVisible(step in _BEFORE)
        self.action_button.setVisible(step is not Step.RUNNING)
        self.cancel_button.setEnabled(True)
        self.cancel_button.setText(
            self.tr("Stop") if step is Step.RUNNING else self.tr("Close") if step is Step.DONE else self.tr("Cancel")
        )
        self.cancel_button.setAccessibleName(self.cancel_button.text())
        self._show_title()
        self._show_explanation()
        self._show_action()
        self.fit()
        self._focus()

    def _show_title(self) -> None:
        title = self.tr("Rotate the keys")
        steps = tuple(_BEFORE.values())[:1] + tuple(_BEFORE)
        if self.step in steps:
            words = self.tr("{title}, step {number} of {steps}")
            title = words.format(title=title, number=steps.index(self.step) + 1, steps=len(steps))
        self.setWindowTitle(title)

    def _focus(self) -> None:
        focus: dict[Step, QWidget] = {
            Step.COST: self.cost_page.keep if self.cost_page.keep.isChecked() else self.cost_page.delete,
            Step.PAIR: self.pair.pair,
            Step.CONFIRM: self.typed,
            Step.RUNNING: self.cancel_button,
            Step.DONE: self.action_button,
        }
        focus[self.step].setFocus()

    def _show_explanation(self) -> None:
        told = self._recap() if self.step is Step.CONFIRM else ""
        self.explanation.show_text(told)
        self.explanation.setVisible(bool(told))

    def _recap(self) -> str:
        backup = self.tr("Before that the backup is written and read again:\n{path}")
        path = self.pair.backup.path.text().strip()
        became = becomes_told(self._cost, self.cost_page.chosen)
        return "\n\n".join((self.pair.told(), became, backup.format(path=path)))

    def _show_action(self) -> None:
        if self.step is Step.CONFIRM:
            subscribers = self.cost_page.chosen
            word = word_to_type(self._cost, subscribers)
            label = self.form.labelForField(self.typed)
            assert isinstance(label, QLabel)
            label.setText(self.tr("Type {word} to confirm").format(word=word))
            self.typed.setAccessibleName(label.text())
            self.set_action(effect_told(self._cost, subscribers), destructive=subscribers is Subscribers.DELETE)
            typed = self.typed.text().strip()
            self.action_button.setEnabled(word in (typed, typed.replace(",", "")))
            return
        self.set_action(self.tr("Show the code for the page") if self.step is Step.DONE else self.tr("Continue"))
        self.action_button.setEnabled(self.step is not Step.PAIR or self.pair.ready)

    def _on_edited(self) -> None:
        if self.step is Step.PAIR:
            # What is being looked at is not what would be made.
            self.stop_asking()
        self.show_problem("")
        self._show_action()

    def _look_at_files(self) -> None:
        wrong = self.pair.problem()
        if wrong:
            self.show_problem(wrong)
            return
        paths = self.pair.new_files
        self.ask(lambda backend: _first_taken(backend, paths), self._on_files_looked_at)

    def _on_files_looked_at(self, taken: Path | None) -> None:
        if taken is not None:
            words = self.tr("{file} exists already: choose another name. Nothing is ever replaced here.")
            self.show_problem(words.format(file=shown_name(taken)))
            return
        # Taken now: hidden fields forget what was typed into them.
        self._plan = RotationPlan(
            expected_subscriptions=self._cost.subscriptions,
            backup=self.pair.backup.chosen,
            subscribers=self.cost_page.chosen,
            pair_id=self.pair.pair_id,
            keep_in=self.pair.keep_in,
        )
        self.typed.clear()
        self._go(Step.CONFIRM)

    def _rotate(self, plan: RotationPlan) -> None:
        self.running.begin()
        self._work.begin()
        self._go(Step.RUNNING)
        self.ask(lambda backend: backend.keys.rotation.rotate(plan), self._on_rotated)

    def _on_rotated(self, rotated: KeysRotated) -> None:
        self._result, self._plan = rotated, None
        self.rotated_page.show_rotated(rotated)
        self._go(Step.DONE)
        self.rotated.emit(rotated)

    def _on_refused(self, reason: str) -> None:
        if self.step is Step.RUNNING:
            self.typed.clear()
            self._go(Step.CONFIRM)
            # What it costs may be another thing by now.
            self._counting = self.context.ask(
                lambda backend: backend.keys.rotation.cost(), self._on_counted_again, lambda _: None
            )
        super()._on_refused(reason)
        self._show_action()

    def _on_counted_again(self, cost: RotationCost) -> None:
        self._counting = None
        if self.step is not Step.CONFIRM or cost.subscriptions == self._cost.subscriptions:
            return
        self._cost, self._plan = cost, None
        self.cost_page.show_cost(cost)
        self.pair.show_cost(cost)
        self._go(Step.COST)

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        work = self._work.find(snapshot) if self.step is Step.RUNNING else None
        if work is not None:
            self.running.show_work(work)

    def _on_database_closed(self) -> None:
        # Nobody answers any more: nothing is left to be waited for.
        self.step = Step.COST
        self.reject()


async def _first_taken(backend: "Backend", paths: tuple[Path, ...]) -> Path | None:
    """Return the first of the paths where there is a file already; one that cannot be written to is refused."""
    for path in paths:
        if await backend.exchange.check_target(path, overwrite=True):
            return path
    return None

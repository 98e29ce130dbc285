"""What all dialogs share: a heading, fields, one sentence about what is wrong, and buttons that name their effect.

Runs on: GUI thread
"""

from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from webpush_admin.gui.context import Context
from webpush_admin.gui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend
    from webpush_admin.gui.bridge import Job

T = TypeVar("T")


class FormDialog(QDialog):
    """A dialog that is opened without blocking, does its verb itself, and stays open where the backend refuses.

    Subclasses add rows to `form` and override `submit`. The window title names the thing, `action_button` the effect.
    """

    def __init__(
        self, context: Context, parent: QWidget | None, *, title: str = "", action: str = "", explanation: str = ""
    ) -> None:
        super().__init__(parent)
        self.context = context
        self._job: Job[Any] | None = None
        self._fields: list[QWidget] = []
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)

        self.explanation = PlainLabel(explanation, self, name="explanation")
        self.explanation.setWordWrap(True)
        self.explanation.setVisible(bool(explanation))
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.form.setHorizontalSpacing(16)
        self.form.setVerticalSpacing(10)
        self.problem = PlainLabel("", self, name="problem", tone="bad")
        self.problem.setAccessibleName(self.tr("What is wrong"))
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.cancel_button = QPushButton(self.tr("Cancel"), self)
        self.cancel_button.setObjectName("cancel_button")
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        self.action_button = QPushButton(action, self)
        self.action_button.setObjectName("action_button")
        self.action_button.setAccessibleName(action)
        self.action_button.setProperty("kind", "accent")
        self.action_button.setDefault(True)
        self.action_button.clicked.connect(self.submit)

        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel_button)
        self.buttons.addWidget(self.action_button)
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(20, 18, 20, 18)
        self.content.setSpacing(14)
        self.content.addWidget(self.explanation)
        self.content.addLayout(self.form)
        self.content.addWidget(self.problem)
        self.content.addStretch(1)
        self.content.addLayout(self.buttons)

    def add_field(self, name: str, label: str, field: QWidget) -> None:
        """Put a field into the form, named for tests and for screen readers."""
        field.setObjectName(name)
        field.setAccessibleName(label)
        if isinstance(field, QPlainTextEdit):
            field.setTabChangesFocus(True)
        self.form.addRow(label, field)
        self.keep_field(field)

    def keep_field(self, field: QWidget) -> None:
        """Let the Tab key come to a field, in the order of these calls."""
        self._fields.append(field)

    def set_action(self, text: str, *, destructive: bool = False) -> None:
        """Say on the button what it does."""
        self.action_button.setText(text)
        self.action_button.setAccessibleName(text)
        self.action_button.setProperty("kind", "danger" if destructive else "accent")
        self.action_button.style().unpolish(self.action_button)
        self.action_button.style().polish(self.action_button)

    def show_problem(self, text: str) -> None:
        """Show one sentence above the buttons; "" takes it away."""
        self.problem.show_text(text)
        self.problem.setVisible(bool(text))
        self.fit()

    def fit(self) -> None:
        """Give the dialog the height that its wrapped texts need: Qt does not do it for a window."""
        # Twice: what breaks its own lines does so once it has its width.
        for _ in range(2):
            self.content.activate()
            if self.content.hasHeightForWidth():
                self.resize(self.width(), self.content.totalHeightForWidth(self.width()))

    def showEvent(self, event: QShowEvent) -> None:
        """Start in the first field, and leave the fields for the buttons."""
        super().showEvent(event)
        self.fit()
        fields = [field for field in self._fields if field.isVisibleTo(self)]
        for before, after in pairwise([*self._fields, self.cancel_button, self.action_button]):
            QWidget.setTabOrder(before, after)
        if fields:
            fields[0].setFocus()
        elif self.cancel_button.isDefault():
            self.cancel_button.setFocus()
        else:
            self.action_button.setFocus()

    def submit(self) -> None:
        """Do what the button says; accept the dialog once it is done."""
        self.accept()

    @property
    def asking(self) -> bool:
        """Whether the backend has not answered yet: whoever types meanwhile must not be offered the button again."""
        return self._job is not None

    def ask(self, make: "Callable[[Backend], Coroutine[Any, Any, T]]", done: Callable[[T], None]) -> None:
        """Ask the backend with the button greyed out; a refusal is shown and the dialog stays open.

        One thing at a time: what is asked for before the answer is there is passed over.
        """
        if self.asking:
            return
        self.show_problem("")
        self.action_button.setEnabled(False)

        self._done: Callable[[Any], None] = done
        self._job = self.context.ask(make, self._on_answered, self._on_refused)

    def stop_asking(self) -> None:
        """Give up what was asked: its answer does not arrive any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def done(self, result: int) -> None:
        """Close; an answer that is still on its way is not waited for."""
        self.stop_asking()
        super().done(result)

    def _on_answered(self, answer: Any) -> None:
        self._job = None
        self.action_button.setEnabled(True)
        self._done(answer)

    def _on_refused(self, reason: str) -> None:
        self._job = None
        self.action_button.setEnabled(True)
        self.show_problem(reason)

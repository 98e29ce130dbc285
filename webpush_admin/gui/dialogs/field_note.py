"""What stands under a field: what is wrong with it, and how much it may hold.

Runs on: GUI thread
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from webpush_admin.gui.text import display_text
from webpush_admin.gui.widgets.plain import PlainLabel

HINT_CHARACTERS = 120


class FieldNote(QWidget):
    """Belongs to one field, which is marked and described where it is wrong.

    Args:
        field: What it belongs to.
        name: objectName of the field.
        label: What the field is called.
        most: Characters that may be in it, None where there is no limit.
    """

    def __init__(self, field: QLineEdit, parent: QWidget, *, name: str, label: str, most: int | None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_note")
        self._field = field
        self._most = most
        self.problem = PlainLabel("", self, name=f"{name}_problem", tone="bad")
        self.problem.setAccessibleName(self.tr("What is wrong: {field}").format(field=label))
        self.problem.setWordWrap(True)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.problem.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.counter = PlainLabel("", self, name=f"{name}_counter", tone="caption")
        self.counter.setAccessibleName(self.tr("Length: {field}").format(field=label))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 0, 2, 0)
        layout.setSpacing(12)
        layout.addWidget(self.problem, 1)
        layout.addWidget(self.counter, 0, Qt.AlignmentFlag.AlignTop)
        self.count(0)

    def count(self, characters: int) -> None:
        """Show how much is in the field, where there is a limit."""
        if self._most is None:
            return
        self.counter.show_text(self.tr("{n} of {most}").format(n=f"{characters:,}", most=f"{self._most:,}"))
        self.counter.set_tone("bad" if characters > self._most else "caption")

    def show_problem(self, text: str) -> None:
        """Say what is wrong with the field; "" takes it away."""
        self._show(text, "bad")
        self._mark(bool(text))

    def show_warning(self, text: str) -> None:
        """Say what should be known before saving."""
        self._show(text, "warn")
        self._mark(False)

    def hint_at_hidden(self, value: str, shown: int) -> None:
        """Tell what a field cannot show: characters that hide, or the rest of a long text."""
        if len(value) > shown:
            self.show_warning(
                self.tr(
                    "{n} characters, of which the first {shown} are here. It stays as it is unless you edit it."
                ).format(n=f"{len(value):,}", shown=f"{shown:,}")
            )
        elif display_text(value, len(value)) != value:
            told = display_text(value, HINT_CHARACTERS)
            self.show_warning(self.tr("Holds hidden characters: {text}").format(text=told))
        else:
            self.show_warning("")

    def _show(self, text: str, tone: str) -> None:
        self.problem.show_text(text)
        self.problem.set_tone(tone)
        self._field.setAccessibleDescription(text)

    def _mark(self, wrong: bool) -> None:
        if self._field.property("wrong") != wrong:
            self._field.setProperty("wrong", wrong)
            self._field.style().unpolish(self._field)
            self._field.style().polish(self._field)

"""Asks for one line of text, and says while it is typed what is wrong with it.

Runs on: GUI thread
"""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog


class OneLineDialog(FormDialog):
    """One field.

    Args:
        title: What this is about.
        label: What is asked for.
        action: The effect, on the button.
        check: Says what is wrong with a text, "" where nothing is; an empty text is never taken.
        done: Called with the text, stripped.
        text: To begin with.
        placeholder: An example.
        explanation: A sentence above.
        most: Characters at most.
    """

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        *,
        title: str,
        label: str,
        action: str,
        check: Callable[[str], str],
        done: Callable[[str], None],
        text: str = "",
        placeholder: str = "",
        explanation: str = "",
        most: int = 2048,
    ) -> None:
        super().__init__(context, parent, title=title, action=action, explanation=explanation)
        self.setObjectName("one_line_dialog")
        self._check = check
        self._told = done
        self.line = QLineEdit(text, self)
        self.line.setMaxLength(most)
        self.line.setPlaceholderText(placeholder)
        self.add_field("line", label, self.line)
        self.line.textChanged.connect(self._on_typed)
        self.line.selectAll()
        self._on_typed(text)

    def submit(self) -> None:
        """Close and tell the text."""
        text = self.line.text().strip()
        self.accept()
        self._told(text)

    def _on_typed(self, text: str) -> None:
        wrong = self._check(text.strip()) if text.strip() else ""
        self.show_problem(wrong)
        self.action_button.setEnabled(bool(text.strip()) and not wrong)

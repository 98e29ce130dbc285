"""Asks before something that cannot be taken back: the button names the effect and the number.

Runs on: GUI thread
"""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.widgets.plain import PlainLabel


class ConfirmDialog(FormDialog):
    """A question with the effect on its button.

    Args:
        title: What this is about.
        explanation: What will happen and what cannot be undone.
        action: The effect with its number ("Delete 12 subscriptions").
        destructive: Whether something is lost; Enter then cancels, unless the focus was moved to the action.
        careful: Enter cancels too, although nothing is lost here: what is done reaches others.
        details: Words and texts that are shown below the explanation.
        typed: What must be typed before the button works, "" for nothing.
        confirmed: Called when the button was pressed.
    """

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        *,
        title: str,
        explanation: str,
        action: str,
        confirmed: Callable[[], None],
        destructive: bool = True,
        careful: bool = False,
        details: Sequence[tuple[str, str]] = (),
        typed: str = "",
    ) -> None:
        super().__init__(context, parent, title=title, action=action, explanation=explanation)
        self.setObjectName("confirm_dialog")
        self.set_action(action, destructive=destructive)
        self._typed = typed
        self._confirmed = confirmed
        for word, text in details:
            label = PlainLabel(text, self)
            label.setWordWrap(True)
            # The form gives it the whole width, with which its height was reckoned: else lines are cut.
            policy = label.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
            label.setSizePolicy(policy)
            self.form.addRow(word, label)
        if (destructive or careful) and not typed:
            # A stray Enter must not delete anything, nor send it; who has gone to the button means it.
            self.action_button.setDefault(False)
            self.action_button.setAutoDefault(True)
            self.cancel_button.setDefault(True)
        self.typed_field = QLineEdit(self)
        self.typed_field.setObjectName("typed_field")
        self.typed_field.setVisible(bool(typed))
        if typed:
            self.add_field("typed_field", self.tr("Type {word} to confirm").format(word=typed), self.typed_field)
            self.typed_field.textChanged.connect(self._on_typed)
            self._on_typed("")
        # In another database the same number is another row.
        context.database_closed.connect(self.reject)

    def submit(self) -> None:
        """Close, then do it: what follows may open another dialog."""
        self.accept()
        self._confirmed()

    def _on_typed(self, text: str) -> None:
        self.action_button.setEnabled(text.strip() == self._typed)

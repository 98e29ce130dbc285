"""Asks for the VAPID subject: whom a push service may write to about the pushes.

Runs on: GUI thread
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog


class SubjectDialog(FormDialog):
    """The subject of the VAPID claims, judged by the backend. `saved` carries it normalised.

    Source: RFC 8292, section 2.1.
    """

    saved = Signal(str)

    def __init__(
        self, context: Context, parent: QWidget | None, subject: str = "", *, before_sending: bool = False
    ) -> None:
        super().__init__(context, parent)
        self.setObjectName("subject_dialog")
        self.setWindowTitle(self.tr("VAPID subject"))
        self.set_action(self.tr("Save and send") if before_sending else self.tr("Save subject"))
        self.explanation.show_text(
            self.tr(
                "Every push is signed with a contact, so that the push service can reach you when something is wrong: "
                "an e-mail address or an https page. It is kept with this database."
            )
        )
        self.explanation.show()
        self.subject = QLineEdit(subject, self)
        self.subject.setPlaceholderText("mailto:ops@example.org")
        self.add_field("subject", self.tr("Subject"), self.subject)
        self.subject.textChanged.connect(self._on_subject_changed)
        context.database_closed.connect(self.reject)
        self._on_subject_changed(subject)

    def submit(self) -> None:
        """Keep the subject; a refusal is shown as the backend words it."""
        subject = self.subject.text().strip()
        self.ask(lambda backend: backend.keys.set_subject(subject), self._on_saved)

    def _on_subject_changed(self, subject: str) -> None:
        self.show_problem("")
        self.action_button.setEnabled(bool(subject.strip()) and not self.asking)

    def _on_saved(self, subject: str) -> None:
        self.accept()
        self.saved.emit(subject)

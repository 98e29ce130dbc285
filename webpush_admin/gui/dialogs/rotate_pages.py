"""What a rotation shows while it runs, and when it is done.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFormLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeysRotated
from webpush_admin.backend.records import WorkProgress
from webpush_admin.gui.models.rotation_cost import subscriptions_of
from webpush_admin.gui.widgets.fields import Value
from webpush_admin.gui.widgets.plain import PlainLabel

_BAR_PIXELS: Final = 360


class RunningPage(QWidget):
    """How far it is, and whether it can still be stopped."""

    def __init__(self, parent: QWidget, *, beginning: str) -> None:
        super().__init__(parent)
        self.setObjectName("running")
        self._beginning = beginning
        self.told = PlainLabel("", self, name="told")
        self.progress = QProgressBar(self, textVisible=False)
        self.progress.setObjectName("progress")
        self.progress.setAccessibleName(self.tr("How much is done"))
        self.progress.setFixedWidth(_BAR_PIXELS)
        self.hint = PlainLabel("", self, name="hint", tone="muted")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        # The height of a dialog is fitted by the texts that are wrapped.
        self.hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 18, 0, 18)
        layout.setSpacing(10)
        centred = Qt.AlignmentFlag.AlignHCenter
        layout.addWidget(self.told, 0, centred)
        layout.addWidget(self.progress, 0, centred)
        layout.addWidget(self.hint)
        self.begin()

    def begin(self) -> None:
        """Show that it has begun."""
        self._show(0, 0)
        self.told.show_text(self._beginning)
        self.hint.show_text(self.tr("Nothing has changed yet: Stop leaves everything as it is."))

    def show_work(self, work: WorkProgress) -> None:
        """Show how far it is."""
        if work.stopping:
            self.told.show_text(self.tr("Stopping…"))
            self.hint.show_text("")
        elif work.total and work.done < work.total:
            self._show(work.done, work.total)
            # Of rows and of the backup together: a number of either would be none of the other.
            self.told.show_text(self.tr("{0} % done").format(100 * work.done // work.total))
        elif work.total:
            self._show(0, 0)
            self.told.show_text(self.tr("Nearly done…"))

    def stopping(self) -> None:
        """It was asked to stop."""
        self.told.show_text(self.tr("Stopping…"))
        self.hint.show_text(self.tr("What has already been decided is still finished."))

    def _show(self, done: int, of: int) -> None:
        # Or it would paint itself, and all that is due in the window, at once.
        self.progress.setUpdatesEnabled(False)
        self.progress.setRange(0, of)
        self.progress.setValue(done)
        self.progress.setUpdatesEnabled(True)


class RotatedPage(QWidget):
    """What came of it, and what has to be done now."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("rotated_page")
        self._public_key = ""
        self.heading = PlainLabel("", self, name="heading", tone="heading")
        self.fingerprint = Value(self, name="fingerprint", label=self.tr("Fingerprint"), tone="mono")
        self.became = Value(self, name="became", label=self.tr("Subscriptions"))
        self.backup = Value(self, name="backup_path", label=self.tr("Backup"))
        self.reminder = PlainLabel(
            self.tr(
                "Your web page must use the new public key. Until it does, browsers subscribe with the old one, and "
                "what they give you cannot be sent to."
            ),
            self,
            name="reminder",
            tone="warn",
        )
        self.reminder.setWordWrap(True)
        self.copy_button = QPushButton(self.tr("Copy the new public key"), self)
        self.copy_button.setObjectName("copy_button")
        self.copy_button.setAccessibleName(self.copy_button.text())
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self._on_copy)
        facts = QFormLayout()
        facts.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        facts.setHorizontalSpacing(16)
        facts.setVerticalSpacing(6)
        for value in (self.fingerprint, self.became, self.backup):
            policy = value.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
            value.setSizePolicy(policy)
            facts.addRow(PlainLabel(value.accessibleName(), self, name=f"{value.objectName()}_caption"), value)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.heading)
        layout.addLayout(facts)
        layout.addWidget(self.reminder)
        layout.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_rotated(self, rotated: KeysRotated) -> None:
        """Show what came of it."""
        self._public_key = rotated.keys.public_key
        self.heading.show_text(self.tr("Another pair is in force"))
        self.fingerprint.show_text(rotated.keys.fingerprint)
        if rotated.deleted_subscriptions:
            became = self.tr("{those} deleted").format(those=subscriptions_of(rotated.deleted_subscriptions))
        elif rotated.bound_subscriptions:
            became = self.tr("{those} kept; the overview counts who has come back since").format(
                those=subscriptions_of(rotated.bound_subscriptions)
            )
        else:
            became = self.tr("none was concerned")
        self.became.show_text(became)
        self.backup.show_broken(str(rotated.backup))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._public_key)
        self.copy_button.setText(self.tr("Copied"))

"""The ticks for what makes an export dangerous, with one sentence on what it is worth to a thief.

Runs on: GUI thread
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from webpush_admin.gui.widgets.plain import PlainLabel


class ExportSecrets(QWidget):
    """Nothing is ticked at first.

    Attributes:
        told: The sentence is another one, perhaps of another height.
    """

    told = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("secrets")
        self.endpoints = QCheckBox(self.tr("&Endpoints"), self)
        self.keys = QCheckBox(self.tr("&Keys (p256dh and auth)"), self)
        self.worth = PlainLabel("", self, name="worth", tone="muted")
        self.worth.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        for name, ticked in (("endpoints", self.endpoints), ("keys", self.keys)):
            ticked.setObjectName(name)
            ticked.setAccessibleName(ticked.text().replace("&", ""))
            ticked.toggled.connect(self._tell)
            box.addWidget(ticked)
        box.addWidget(self.worth)
        self._tell()

    def _tell(self) -> None:
        if self.endpoints.isChecked() and self.keys.isChecked():
            told = self.tr("Whoever has this file can try to push to these browsers: keep it like a list of passwords.")
        elif self.endpoints.isChecked():
            told = self.tr("Whoever has an endpoint can try to push there: keep the file like a list of passwords.")
        elif self.keys.isChecked():
            told = self.tr("With its secret, what is pushed to a browser can be read: keep the file to yourself.")
        else:
            told = self.tr("Masked and without keys, nobody can push with this file; nor can it be imported again.")
        self.worth.show_text(told)
        self.worth.set_tone("warn" if self.endpoints.isChecked() or self.keys.isChecked() else "muted")
        self.told.emit()

"""Asks what a key pair is to be called: when one is made, and later.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from webpush_admin.backend.key_records import KeyAdded, KeyPairInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog

MOST_CHARACTERS: Final = 80


class GenerateKeysDialog(FormDialog):
    """Makes a pair. `generated` carries the `KeyAdded`.

    Args:
        becomes: What the new pair will be, as a sentence.
    """

    generated = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None, becomes: str) -> None:
        super().__init__(context, parent)
        self.setObjectName("generate_keys_dialog")
        self.setWindowTitle(self.tr("Generate a key pair"))
        self.set_action(self.tr("Generate"))
        self.explanation.show_text(becomes)
        self.explanation.show()
        self.label = QLineEdit(self)
        self.label.setMaxLength(MOST_CHARACTERS)
        self.label.setPlaceholderText(self.tr("for example: shop, since November"))
        self.add_field("label", self.tr("Label (optional)"), self.label)
        context.database_closed.connect(self.reject)

    def submit(self) -> None:
        """Make it."""
        label = self.label.text().strip()
        self.ask(lambda backend: backend.keys.generate(label), self._on_generated)

    def _on_generated(self, added: KeyAdded) -> None:
        self.accept()
        self.generated.emit(added)


class RenameKeysDialog(FormDialog):
    """Calls a pair something else, or nothing. `renamed` carries the `KeyPairInfo`."""

    renamed = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None, pair: KeyPairInfo) -> None:
        super().__init__(context, parent)
        self.setObjectName("rename_keys_dialog")
        self.setWindowTitle(self.tr("Rename the key pair"))
        self.set_action(self.tr("Rename"))
        self._pair = pair
        self.explanation.show_text(
            self.tr("The pair {fingerprint}. The label is for you alone: nobody else sees it.").format(
                fingerprint=pair.fingerprint or pair.id
            )
        )
        self.explanation.show()
        self.label = QLineEdit(pair.label, self)
        self.label.setMaxLength(max(MOST_CHARACTERS, len(pair.label)))
        self.label.selectAll()
        self.add_field("label", self.tr("Label"), self.label)
        self.label.textChanged.connect(self._on_typed)
        context.database_closed.connect(self.reject)
        self._on_typed(pair.label)

    def submit(self) -> None:
        """Keep the label."""
        key_id, label = self._pair.id, self.label.text().strip()
        self.ask(lambda backend: backend.keys.rename(key_id, label), self._on_renamed)

    def _on_typed(self, text: str) -> None:
        self.show_problem("")
        self.action_button.setEnabled(text.strip() != self._pair.label and not self.asking)

    def _on_renamed(self, pair: KeyPairInfo) -> None:
        self.accept()
        self.renamed.emit(pair)

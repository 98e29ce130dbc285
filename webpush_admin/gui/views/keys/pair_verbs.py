"""What can be done with one key pair: each verb asks in a dialog, and tells what happened.

Runs on: GUI thread
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from webpush_admin.backend.key_records import KeyPairInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.export_keys import ExportKeysDialog
from webpush_admin.gui.dialogs.keep_keys import KeepKeysDialog
from webpush_admin.gui.dialogs.key_label import RenameKeysDialog
from webpush_admin.gui.dialogs.reveal_key import RevealKeyDialog
from webpush_admin.gui.dialogs.unlock_keys import UnlockKeysDialog
from webpush_admin.gui.models.key_pairs import pair_name
from webpush_admin.gui.models.key_words import kept_sentence, unlocked_sentence

if TYPE_CHECKING:
    from webpush_admin.gui.bridge import Job

CONFIRMING_WORD: Final = "DESTROY"


class PairVerbs(QObject):
    """Verbs by the name of their action.

    Attributes:
        changed: A pair is another now: the keys must be read again.
        verbs: What is called with the pair that is meant.
    """

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._meant: KeyPairInfo | None = None
        self._naming: Job[str] | None = None
        self.verbs: dict[str, Callable[[KeyPairInfo], None]] = {
            "export_keys": self._export,
            "rename_keys": self._rename,
            "remove_keys": self._remove,
            "keep_keys": self._keep,
            "reveal_key": self._reveal,
            "unlock_keys": self._unlock,
        }

    def forget(self) -> None:
        """Another database: what was asked about a pair of this one opens no dialog any more."""
        if self._naming is not None:
            self._naming.cancel()
            self._naming = None

    @property
    def _window(self) -> QWidget:
        # The view itself may be hidden: a key is unlocked wherever one is.
        return self._parent.window()

    def _export(self, pair: KeyPairInfo) -> None:
        dialog = ExportKeysDialog(self._context, self._window, pair)
        dialog.exported.connect(self._on_exported)
        dialog.open()

    def _on_exported(self, path: Path) -> None:
        self._context.notify(
            self.tr("The key pair, private key and all, is in {file}. Only you can read it.").format(file=str(path)),
            "good",
        )

    def _rename(self, pair: KeyPairInfo) -> None:
        dialog = RenameKeysDialog(self._context, self._window, pair)
        dialog.renamed.connect(self._on_renamed)
        dialog.open()

    def _on_renamed(self, pair: KeyPairInfo) -> None:
        words = self.tr("The pair is called {0} now.") if pair.label else self.tr("The pair {0} has no label now.")
        self._context.notify(words.format(pair_name(pair)), "good")
        self.changed.emit()

    def _remove(self, pair: KeyPairInfo) -> None:
        ConfirmDialog(
            self._context,
            self._window,
            title=self.tr("Destroy a private key"),
            explanation=self.tr(
                "The private key of {pair} is destroyed, and cannot be had back unless you have exported it. Who "
                "subscribed with its public key can then never be sent to again. The public key stays in the list, as "
                "history."
            ).format(pair=pair_name(pair)),
            action=self.tr("Destroy 1 private key"),
            typed=CONFIRMING_WORD,
            confirmed=lambda: self._destroy(pair.id),
        ).open()

    def _destroy(self, key_id: int) -> None:
        self._context.ask(lambda backend: backend.keys.remove(key_id), self._on_removed)

    def _on_removed(self, _nothing: None) -> None:
        self._context.notify(self.tr("The private key was destroyed; the public key stays as history."), "good")
        self.changed.emit()

    def _keep(self, pair: KeyPairInfo) -> None:
        # The keyring may ask the operator something before it says its name.
        self.forget()
        self._meant = pair
        self._naming = self._context.ask(lambda backend: backend.keys.keeping.keyring_name(), self._on_keyring)

    def _on_keyring(self, name: str) -> None:
        pair, self._meant, self._naming = self._meant, None, None
        if self._context.database is None or pair is None:
            return
        dialog = KeepKeysDialog(self._context, self._window, pair, name)
        dialog.kept.connect(self._on_kept)
        dialog.open()

    def _on_kept(self, pair: KeyPairInfo) -> None:
        self._context.notify(kept_sentence(pair), "good")
        self.changed.emit()

    def _reveal(self, pair: KeyPairInfo) -> None:
        RevealKeyDialog(self._context, self._window, pair).open()

    def _unlock(self, pair: KeyPairInfo) -> None:
        dialog = UnlockKeysDialog(self._context, self._window, pair)
        dialog.unlocked.connect(self._on_unlocked)
        dialog.open()

    def _on_unlocked(self, pair: KeyPairInfo) -> None:
        self._context.notify(unlocked_sentence(pair), "good")
        self.changed.emit()

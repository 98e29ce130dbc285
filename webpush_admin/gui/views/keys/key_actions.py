"""What the actions of the menu Keys do: each asks in a dialog, and tells what happened.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from webpush_admin.backend.key_records import (
    KeyAdded,
    KeyPairInfo,
    KeysInfo,
    KeysRotated,
    RotationCost,
    RotationUndone,
)
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.import_keys import ImportKeysDialog
from webpush_admin.gui.dialogs.key_label import GenerateKeysDialog
from webpush_admin.gui.dialogs.rotate import RotateDialog
from webpush_admin.gui.dialogs.subject import SubjectDialog
from webpush_admin.gui.dialogs.undo_rotation import UndoRotationDialog
from webpush_admin.gui.models.key_pairs import pair_name
from webpush_admin.gui.views.keys.availability import reasons, to_unlock
from webpush_admin.gui.views.keys.pair_verbs import PairVerbs
from webpush_admin.store.key_rows import Home, KeyState

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend
    from webpush_admin.gui.bridge import Job


class KeyActions(QObject):
    """Does by name what is wished, as soon as the keys have been read.

    Attributes:
        read_wished: The keys must be read: something waits for it, or they are others now.
        told: A verb has returned how they are now: a `KeysInfo`.
        snippets_wished: The code for the web page should be shown.
        pair_wished: This pair should be chosen: its number.
        native_file_dialog: Whether files are asked for in the system's own dialog.
    """

    read_wished = Signal()
    snippets_wished = Signal()
    told = Signal(object)
    pair_wished = Signal(int)

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._keys: KeysInfo | None = None
        self._pair: KeyPairInfo | None = None
        self._waiting = ""
        self._pricing: Job[tuple[RotationCost, str]] | None = None
        self._pairs = PairVerbs(context, parent)
        self._pairs.changed.connect(self.read_wished)
        self.native_file_dialog = True
        self._verbs: dict[str, Callable[[], None]] = {
            "set_subject": self._set_subject,
            "copy_public_key": self._copy_public_key,
            "generate_keys": self._generate,
            "import_keys": self._import,
            "lock_keys": self._lock,
            "rotate_keys": self._rotate,
            "undo_rotation": self._undo_rotation,
        }

    def do(self, name: str) -> None:
        """Do what an action says, or tell why it cannot be done."""
        if self._context.database is None:
            return
        if self._keys is None or not self._parent.isVisible():
            # What was read before the view was hidden may not be so any more.
            self._waiting = name
            self.read_wished.emit()
        else:
            self._do(name)

    def show_keys(self, keys: KeysInfo | None, pair: KeyPairInfo | None) -> None:
        """Hear what was read and what is chosen; do what has waited for it."""
        self._keys, self._pair = keys, pair
        if keys is not None and self._waiting:
            waiting, self._waiting = self._waiting, ""
            self._do(waiting)

    def forget(self) -> None:
        """Another database, none, or one that cannot be read: what waits has nothing to wait for."""
        self._waiting = ""
        self._stop_pricing()
        self._pairs.forget()

    @property
    def _seen(self) -> KeyPairInfo | None:
        """The chosen pair, as long as anybody sees that it is."""
        return self._pair if self._parent.isVisible() else None

    @property
    def _window(self) -> QWidget:
        # The view itself may be hidden: some of it is done wherever one is.
        return self._parent.window()

    def _do(self, name: str) -> None:
        reason = reasons(self._keys, self._pair).get(name, "")
        if reason:
            self._context.notify(reason)
        elif name in self._verbs:
            self._verbs[name]()
        else:
            pair = to_unlock(self._keys, self._seen) if name == "unlock_keys" else self._pair
            if pair is not None:
                self._pairs.verbs[name](pair)

    def _set_subject(self) -> None:
        database = self._context.database
        if database is not None:
            dialog = SubjectDialog(self._context, self._window, database.subject)
            dialog.saved.connect(self._on_subject_saved)
            dialog.open()

    def _on_subject_saved(self, subject: str) -> None:
        if self._context.database is not None:
            self._context.set_database(replace(self._context.database, subject=subject))
        self._context.notify(self.tr("The subject is saved."), "good")
        self.read_wished.emit()

    def _copy_public_key(self) -> None:
        keys, pair = self._keys, self._seen
        if pair is not None and pair.state is not KeyState.ACTIVE:
            QGuiApplication.clipboard().setText(pair.public_key)
            self._context.notify(
                self.tr("The public key of {pair} is on the clipboard; pushes are not signed with that pair.").format(
                    pair=pair_name(pair)
                )
            )
        elif keys is not None and keys.public_key:
            QGuiApplication.clipboard().setText(keys.public_key)
            self._context.notify(self.tr("The public key is on the clipboard."), "good")
        else:
            self._context.notify(self.tr("No pair is active: choose one in the list of the keys."))

    def _generate(self) -> None:
        keys = self._keys
        assert keys is not None
        if keys.public_key:
            becomes = self.tr(
                "The new pair is kept beside the active one and signs nothing. Rotate to it when you want it in force."
            )
        elif keys.subscriptions:
            becomes = self.tr(
                "There are subscriptions that were made with other keys, so the new pair stays inactive. Import their "
                "keys if you have them."
            )
        else:
            becomes = self.tr("The new pair becomes the active one: every push is signed with it.")
        dialog = GenerateKeysDialog(self._context, self._window, becomes)
        dialog.generated.connect(self._on_added)
        dialog.open()

    def _import(self) -> None:
        dialog = ImportKeysDialog(self._context, self._window)
        dialog.imported.connect(self._on_added)
        dialog.open()

    def _on_added(self, added: KeyAdded) -> None:
        self._context.notify(added.note, "good")
        self.pair_wished.emit(added.pair.id)
        self.read_wished.emit()

    def _lock(self) -> None:
        self._context.ask(lambda backend: backend.keys.keeping.lock(), self._on_locked)

    def _on_locked(self, _nothing: None) -> None:
        pairs = self._keys.pairs if self._keys is not None else ()
        if any(pair.state is KeyState.ACTIVE and pair.home is Home.DATABASE for pair in pairs):
            told = self.tr("The private keys outside of the database are locked; the active one is in it, and signs.")
        else:
            told = self.tr("The private keys are locked: nothing is signed until they are unlocked.")
        self._context.notify(told)
        self.read_wished.emit()

    def _rotate(self) -> None:
        async def price(backend: "Backend") -> tuple[RotationCost, str]:
            return await backend.keys.rotation.cost(), await backend.keys.keeping.keyring_name()

        self._stop_pricing()
        self._pricing = self._context.ask(price, self._on_priced)

    def _stop_pricing(self) -> None:
        if self._pricing is not None:
            self._pricing.cancel()
            self._pricing = None

    def _on_priced(self, priced: tuple[RotationCost, str]) -> None:
        self._pricing = None
        database = self._context.database
        if database is None or self._window.findChild(RotateDialog) is not None:
            return
        cost, keyring_name = priced
        dialog = RotateDialog(self._context, self._window, cost, database, keyring_name)
        dialog.rotated.connect(self._on_rotated)
        dialog.snippets_wished.connect(self.snippets_wished)
        dialog.open()

    def _on_rotated(self, rotated: KeysRotated) -> None:
        self._show_in_force(rotated.keys)

    def _undo_rotation(self) -> None:
        dialog = UndoRotationDialog(self._context, self._window, self._keys.last_backup if self._keys else None)
        dialog.native_file_dialog = self.native_file_dialog
        dialog.undone.connect(self._on_undone)
        dialog.open()

    def _on_undone(self, undone: RotationUndone) -> None:
        self._show_in_force(undone.keys)

    def _show_in_force(self, keys: KeysInfo) -> None:
        """Show at once which pair signs now; the window reads the rest of it by itself."""
        database = self._context.database
        if database is not None:
            self._context.set_database(
                replace(database, public_key=keys.public_key, fingerprint=keys.fingerprint, keys_problem="")
            )
        active = next((pair for pair in keys.pairs if pair.state is KeyState.ACTIVE), None)
        if active is not None:
            self.pair_wished.emit(active.id)
        self.told.emit(keys)

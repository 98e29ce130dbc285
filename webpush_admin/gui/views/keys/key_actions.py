"""What the actions of the menu Keys do: each asks in a dialog, and tells what happened.

Runs on: GUI thread
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

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
from webpush_admin.gui.dialogs.confirm import ConfirmDialog
from webpush_admin.gui.dialogs.key_label import GenerateKeysDialog, RenameKeysDialog
from webpush_admin.gui.dialogs.rotate import RotateDialog
from webpush_admin.gui.dialogs.subject import SubjectDialog
from webpush_admin.gui.dialogs.undo_rotation import UndoRotationDialog
from webpush_admin.gui.models.key_pairs import pair_name
from webpush_admin.gui.views.keys.availability import reasons
from webpush_admin.store.key_rows import KeyState

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend

CONFIRMING_WORD: Final = "DESTROY"


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
        self.native_file_dialog = True
        self._verbs: dict[str, Callable[[], None]] = {
            "set_subject": self._set_subject,
            "copy_public_key": self._copy_public_key,
            "generate_keys": self._generate,
            "rename_keys": self._rename,
            "remove_keys": self._remove,
            "lock_keys": self._lock,
            "rotate_keys": self._rotate,
            "undo_rotation": self._undo_rotation,
        }

    def do(self, name: str) -> None:
        """Do what an action says, or tell why it cannot be done."""
        if self._context.database is None:
            return
        if self._keys is None:
            self._waiting = name
            self.read_wished.emit()
            return
        reason = reasons(self._keys, self._pair).get(name, "")
        if reason:
            self._context.notify(reason)
        elif name in self._verbs:
            self._verbs[name]()

    def show_keys(self, keys: KeysInfo | None, pair: KeyPairInfo | None) -> None:
        """Hear what was read and what is chosen; do what has waited for it."""
        self._keys, self._pair = keys, pair
        if keys is not None and self._waiting:
            waiting, self._waiting = self._waiting, ""
            self.do(waiting)

    def forget(self) -> None:
        """Another database, or none: what waits has nothing to wait for."""
        self._waiting = ""
        self.show_keys(None, None)

    @property
    def _window(self) -> QWidget:
        # The view itself may be hidden: some of it is done wherever one is.
        return self._parent.window()

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
        keys, pair = self._keys, self._pair
        if keys is None or pair is None:
            return
        if self._parent.isVisible() and pair.state is not KeyState.ACTIVE:
            QGuiApplication.clipboard().setText(pair.public_key)
            self._context.notify(
                self.tr("The public key of {pair} is on the clipboard; pushes are not signed with that pair.").format(
                    pair=pair_name(pair)
                )
            )
        else:
            QGuiApplication.clipboard().setText(keys.public_key)
            self._context.notify(self.tr("The public key is on the clipboard."), "good")

    def _generate(self) -> None:
        keys = self._keys
        assert keys is not None
        if keys.public_key:
            becomes = self.tr(
                "The new pair is kept beside the active one and signs nothing. Rotate to it when you want it in force."
            )
        elif keys.subscriptions:
            becomes = self.tr(
                "There are {n} subscriptions that were made with other keys, so the new pair stays inactive. Import "
                "their keys if you have them."
            ).format(n=f"{keys.subscriptions:,}")
        else:
            becomes = self.tr("The new pair becomes the active one: every push is signed with it.")
        dialog = GenerateKeysDialog(self._context, self._window, becomes)
        dialog.generated.connect(self._on_added)
        dialog.open()

    def _on_added(self, added: KeyAdded) -> None:
        self._context.notify(added.note, "good")
        self.pair_wished.emit(added.pair.id)
        self.read_wished.emit()

    def _rename(self) -> None:
        if self._pair is not None:
            dialog = RenameKeysDialog(self._context, self._window, self._pair)
            dialog.renamed.connect(self._on_renamed)
            dialog.open()

    def _on_renamed(self, pair: KeyPairInfo) -> None:
        self._context.notify(self.tr("The pair is called {0} now.").format(pair_name(pair)), "good")
        self.read_wished.emit()

    def _remove(self) -> None:
        pair = self._pair
        if pair is None:
            return
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
            confirmed=lambda: self._destroy(pair),
        ).open()

    def _destroy(self, pair: KeyPairInfo) -> None:
        self._context.ask(lambda backend: backend.keys.remove(pair.id), self._on_removed)

    def _on_removed(self, _nothing: None) -> None:
        self._context.notify(self.tr("The private key was destroyed; the public key stays as history."), "good")
        self.read_wished.emit()

    def _lock(self) -> None:
        self._context.ask(lambda backend: backend.keys.keeping.lock(), self._on_locked)

    def _on_locked(self, _nothing: None) -> None:
        self._context.notify(self.tr("The private keys are locked: nothing is signed until they are unlocked."))
        self.read_wished.emit()

    def _rotate(self) -> None:
        async def price(backend: "Backend") -> tuple[RotationCost, str]:
            return await backend.keys.rotation.cost(), await backend.keys.keeping.keyring_name()

        self._context.ask(price, self._on_priced)

    def _on_priced(self, priced: tuple[RotationCost, str]) -> None:
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
        self.told.emit(keys)

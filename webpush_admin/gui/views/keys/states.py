"""What the keys view shows: the pairs, or why there are none and what to do about it.

Runs on: GUI thread
"""

from PySide6.QtWidgets import QStackedWidget, QWidget

from webpush_admin.backend.key_records import KeysInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.widgets.disconnected import DisconnectedState
from webpush_admin.gui.widgets.empty import EmptyState
from webpush_admin.store.key_rows import KeyState


class KeyStates(QStackedWidget):
    """One of four: what there is, no pair, no pair for the subscriptions that there are, no database."""

    def __init__(self, context: Context, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("stack")
        self._context = context
        self.content = content
        what = self.tr("The keys that sign every push belong to a database.")
        self.disconnected = DisconnectedState(context, "key-round", what, self)
        generate, bring = context.actions["generate_keys"], context.actions["import_keys"]
        self.empty = EmptyState(
            "key-round",
            self.tr("No key pair yet"),
            self.tr("Every push is signed with a key pair. Make one, or import the one that your server has."),
            generate,
            bring,
            parent=self,
        )
        self.orphaned = EmptyState("key-round", "", "", bring, generate, parent=self, name="orphaned")
        for state in (self.content, self.empty, self.orphaned, self.disconnected):
            self.addWidget(state)

    def show_keys(self, keys: KeysInfo | None) -> None:
        """Show what fits; None while the keys have not been read."""
        if self._context.database is None:
            self.setCurrentWidget(self.disconnected)
        elif keys is None or any(pair.state is not KeyState.RETIRED for pair in keys.pairs):
            self.setCurrentWidget(self.content)
        elif not keys.subscriptions:
            self.setCurrentWidget(self.empty)
        else:
            self._show_orphans(keys.subscriptions)
            self.setCurrentWidget(self.orphaned)

    def _show_orphans(self, count: int) -> None:
        those = counted(count, self.tr("subscription"), self.tr("subscriptions"))
        self.orphaned.show_text(
            self.tr("The key pair of {those} is missing").format(those=those),
            self.tr("Import the pair that they were made with: with any other one they cannot be sent to."),
        )

"""A slim strip that says one sentence for as long as it is true, with at most one thing to do about it.

Runs on: GUI thread
"""

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from webpush_admin.backend.records import ChangedByOthers
from webpush_admin.gui.context import Context
from webpush_admin.gui.icons import tinted_icon, tinted_pixmap
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.widgets.plain import Card, PlainLabel

if TYPE_CHECKING:
    from webpush_admin.backend.records import DatabaseInfo

_ICONS: Final = {"info": ("info", "accent"), "locked": ("lock", "warn"), "bad": ("triangle-alert", "bad")}
_ICON_PIXELS: Final = 16


class Banner(Card):
    """Hidden at first.

    Args:
        context: Has the theme.
        kind: "info", "locked", or "bad" for what must not be passed over.
        action: What the button says, "" for none.
        closable: The operator may do without it.

    Attributes:
        acted: The button was pressed.
    """

    acted = Signal()

    def __init__(
        self,
        context: Context,
        parent: QWidget | None = None,
        *,
        name: str,
        kind: str = "info",
        action: str = "",
        closable: bool = False,
    ) -> None:
        super().__init__(parent, name=name)
        self.setProperty("banner", kind)
        self._theme = context.theme
        self._kind = kind
        self.picture = QLabel(self)
        self.picture.setObjectName("picture")
        self.text = PlainLabel("", self, name="banner_text", selectable=True)
        self.text.setWordWrap(True)
        self.close_button = QToolButton(self, autoRaise=True)
        self.close_button.setObjectName("close_button")
        self.close_button.setAccessibleName(self.tr("Close this message"))
        self.close_button.setToolTip(self.tr("Close this message"))
        self.close_button.setVisible(closable)
        self.close_button.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 6, 4)
        layout.setSpacing(10)
        layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.text, 1)
        if action:
            layout.addWidget(self._action_button(action))
        layout.addWidget(self.close_button)
        self.hide()
        self._theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def show_text(self, text: str) -> None:
        """Say something, or nothing and hide."""
        self.text.show_text(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def _action_button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName("action_button")
        button.setAccessibleName(text)
        button.clicked.connect(self.acted)
        return button

    def _paint_icons(self) -> None:
        name, role = _ICONS[self._kind]
        tokens = self._theme.tokens
        self.picture.setPixmap(tinted_pixmap(name, tokens.role(role), _ICON_PIXELS, self.devicePixelRatioF()))
        self.close_button.setIcon(tinted_icon("x", tokens.muted))


class ProblemBanner(Banner):
    """Says what is wrong with the file of the open database, for as long as it lasts."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent, name="problem_banner", kind="bad")
        context.database_opened.connect(self._on_database)
        context.database_closed.connect(self._on_database)

    def _on_database(self, info: "DatabaseInfo | None" = None) -> None:
        self.show_text(info.problem if info is not None else "")


class LockedBanner(Banner):
    """Says in every view that the private key is locked, and offers to unlock it there."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(
            context, parent, name="locked_banner", kind="locked", action=translate("LockedBanner", "Unlock…")
        )
        self.acted.connect(context.actions["unlock_keys"].trigger)
        context.database_opened.connect(self._on_database)
        context.database_closed.connect(self._on_database)

    def _on_database(self, info: "DatabaseInfo | None" = None) -> None:
        locked = info is not None and info.keys_locked
        self.show_text(self.tr("The private key is locked: nothing is sent until you unlock it.") if locked else "")


class ChangedBanner(Banner):
    """Says that another program has changed the database since it was read, and offers to read it again.

    It belongs below what it is about: above, its coming would move the row that the operator is about to click.
    """

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(
            context, parent, name="changed_banner", action=translate("ChangedBanner", "Refresh"), closable=True
        )
        self._location = ""
        self.acted.connect(context.actions["refresh"].trigger)
        context.actions["refresh"].triggered.connect(lambda *_: self.hide())
        context.changes.connect(self._on_changes)
        context.database_opened.connect(self._on_database)
        context.database_closed.connect(self._on_database)

    def _on_changes(self, batch: Sequence[object]) -> None:
        for event in batch:
            if isinstance(event, ChangedByOthers):
                # A further change only moves the time.
                at = event.at.astimezone(UTC).strftime("%H:%M")
                self.show_text(self.tr("Another program changed the database at {time} UTC.").format(time=at))

    def _on_database(self, info: "DatabaseInfo | None" = None) -> None:
        # It is told again when its subject or keys changed: that is no other database.
        location = info.location if info is not None else ""
        if location != self._location:
            self._location = location
            self.hide()

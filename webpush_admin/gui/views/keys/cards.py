"""The cards of the overview: the public key, the private key's place, what is signed with the pair, the subject.

Runs on: GUI thread
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.undo_rotation import written_at
from webpush_admin.gui.icons import tinted_pixmap
from webpush_admin.gui.models import key_words
from webpush_admin.gui.models.words import ago_exactly
from webpush_admin.gui.widgets.button import ActionButton
from webpush_admin.gui.widgets.fields import Value
from webpush_admin.gui.widgets.flow import FlowLayout
from webpush_admin.gui.widgets.plain import Card, Heading, PlainLabel
from webpush_admin.store.key_rows import Home, KeyState

_ICON_PIXELS: Final = 16
_HEADING_PIXELS: Final = 30


class KeyCard(Card):
    """A heading with a button or without, and what it is about below."""

    def __init__(self, title: str, parent: QWidget, *, name: str, buttons: Sequence[QWidget] = ()) -> None:
        super().__init__(parent, name=name)
        self.setAccessibleName(title)
        self.heading = Heading(title, self)
        # As high as with a button: what is below begins at the same height in each card of a line.
        self.heading.setMinimumHeight(_HEADING_PIXELS)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 14, 14)
        self.column.setSpacing(8)
        row = QHBoxLayout()
        row.addWidget(self.heading)
        row.addStretch(1)
        for button in buttons:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(row)

    def add_text(self, name: str, text: str = "", tone: str = "muted") -> PlainLabel:
        """Return a new text below the others, with as many lines as it takes."""
        label = PlainLabel(text, self, name=name, tone=tone)
        label.setWordWrap(True)
        self.column.addWidget(label)
        return label

    def add_value(self, name: str, label: str, *, tone: str = "mono") -> Value:
        """Return a new text below the others that can be selected, and breaks where it is too long."""
        value = Value(self, name=name, label=label, tone=tone)
        self.column.addWidget(value)
        return value


class PublicCard(KeyCard):
    """What the web page needs, and what tells two keys apart.

    Attributes:
        copied: A text is wanted on the clipboard, and what to say then.
    """

    copied = Signal(str, str)

    def __init__(self, context: Context, parent: QWidget) -> None:
        action = context.actions["copy_public_key"]
        self.copy_button = ActionButton(action, parent, kind="accent", name="copy_button")
        self.option_button = _link(key_words.copy_option(), parent, "option_button")
        self.option_button.clicked.connect(self._on_option)
        # Before the card is there it can translate nothing itself.
        buttons = (self.option_button, self.copy_button)
        super().__init__(key_words.public_key(), parent, name="public_card", buttons=buttons)
        self._pair: KeyPairInfo | None = None
        self.add_text("public_explanation", self.tr("Goes into the web page that subscribes. It is no secret."))
        self.public_key = self.add_value("public_key", self.tr("Public key"))
        self.facts = QGridLayout()
        self.facts.setHorizontalSpacing(14)
        self.facts.setVerticalSpacing(4)
        self.facts.setColumnStretch(3, 1)
        self.fingerprint = self._fact("fingerprint", self.tr("Fingerprint"), tone="mono")
        self.fingerprint_button = _link(self.tr("Copy"), self, "fingerprint_button")
        self.fingerprint_button.setAccessibleName(self.tr("Copy fingerprint"))
        self.fingerprint_button.clicked.connect(self._on_fingerprint)
        self.facts.addWidget(self.fingerprint_button, 0, 2)
        self.created = self._fact("created", self.tr("Created"))
        self.retired = self._fact("retired", self.tr("Retired"))
        self.column.addLayout(self.facts)
        self.add_text(
            "fingerprint_explanation",
            self.tr("Two public keys with the same fingerprint are the same: compare it with your server's key."),
        )

    def show_pair(self, pair: KeyPairInfo | None) -> None:
        """Show another pair."""
        self._pair = pair
        self.public_key.show_broken(pair.public_key if pair else "")
        unreadable = pair is not None and not pair.fingerprint
        self.fingerprint.show_text(self.tr("none: this is no public key") if unreadable else _fingerprint(pair))
        self.fingerprint.set_tone("bad" if unreadable else "mono")
        self.created.show_text(ago_exactly(pair.created_at if pair else None, never=""))
        retired_at = pair.retired_at if pair else None
        self.retired.show_text(ago_exactly(retired_at, never=""))
        self.retired_caption.show_text(key_words.until_caption(pair))
        for shown in (self.retired, self.retired_caption):
            shown.setVisible(retired_at is not None)
        self.option_button.setEnabled(bool(_fingerprint(pair)))
        self.fingerprint_button.setEnabled(bool(_fingerprint(pair)))
        self.fingerprint_button.setHidden(unreadable)

    def _fact(self, name: str, caption: str, tone: str = "") -> PlainLabel:
        row = self.facts.rowCount() if self.facts.count() else 0
        value = PlainLabel("", self, name=name, tone=tone, selectable=True)
        value.setAccessibleName(caption)
        title = PlainLabel(caption, self, name=f"{name}_caption", tone="muted")
        self.facts.addWidget(title, row, 0)
        # The time of a pair is longer than its fingerprint, which has a button beside it.
        self.facts.addWidget(value, row, 1, 1, 1 if name == "fingerprint" else 3)
        if name == "retired":
            self.retired_caption = title
        return value

    def _on_option(self) -> None:
        if self._pair is not None:
            self.copied.emit(
                f'applicationServerKey: "{self._pair.public_key}"', self.tr("The option is on the clipboard.")
            )

    def _on_fingerprint(self) -> None:
        self.copied.emit(_fingerprint(self._pair), self.tr("The fingerprint is on the clipboard."))


class PrivateCard(KeyCard):
    """Where the private key is, and what can be done with it; never the key."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(key_words.private_key(), parent, name="private_card")
        self._theme = context.theme
        self._pair: KeyPairInfo | None = None
        self.picture = QLabel(self)
        self.picture.setObjectName("picture")
        self.picture.setFixedSize(_ICON_PIXELS, _ICON_PIXELS)
        self.home = PlainLabel("", self, name="home", tone="strong")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.picture)
        row.addWidget(self.home, 1)
        self.column.addLayout(row)
        self.place = self.add_value("place", self.tr("Where it is"))
        self.meaning = self.add_text("meaning")
        names = {
            "unlock_keys": self.tr("Unlock"),
            "lock_keys": self.tr("Lock"),
            "keep_keys": self.tr("Move"),
            "export_keys": self.tr("Export"),
            "reveal_key": self.tr("Show"),
        }
        self.verbs = QWidget(self)
        self.verbs.setObjectName("verbs")
        flow = FlowLayout(self.verbs)
        self.buttons = {
            name: ActionButton(context.actions[name], self.verbs, text=text) for name, text in names.items()
        }
        for button in self.buttons.values():
            flow.addWidget(button)
        self.column.addWidget(self.verbs)
        context.theme.changed.connect(self._paint)

    def show_pair(self, pair: KeyPairInfo | None) -> None:
        """Show another pair."""
        self._pair = pair
        self.home.show_text(key_words.home_sentence(pair))
        self.home.set_tone("warn" if pair is not None and pair.locked else "strong")
        place = pair.place if pair is not None and pair.state is not KeyState.RETIRED else ""
        self.place.show_broken(place)
        self.place.setVisible(bool(place))
        self.meaning.show_text(key_words.home_meaning(pair))
        there = pair is not None and pair.state is not KeyState.RETIRED
        locked = pair is not None and pair.locked
        elsewhere = pair is not None and pair.home is not Home.DATABASE
        for name, button in self.buttons.items():
            # Of a locked key nothing else can be done.
            button.setVisible(there and (name == "unlock_keys") is locked and (name != "lock_keys" or elsewhere))
        self.verbs.setVisible(there)
        self._paint()

    def _paint(self) -> None:
        pair, tokens = self._pair, self._theme.tokens
        locked = pair is not None and pair.locked
        colour = tokens.warn if locked else tokens.muted
        self.picture.setPixmap(tinted_pixmap(key_words.home_icon(pair), colour, _ICON_PIXELS, self.devicePixelRatioF()))


class SigningCard(KeyCard):
    """How many subscriptions depend on the pair, and the way back from the last rotation."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(key_words.signs(), parent, name="signing_card")
        self.sentence = self.add_text("sentence", tone="")
        self.others = self.add_text("others")
        self.rotated = self.add_text("rotated")
        self.backup = self.add_value("backup", self.tr("Backup of the last rotation"))
        self.undo_button = ActionButton(
            context.actions["undo_rotation"], self, text=self.tr("Undo rotation"), name="undo_button"
        )
        self.column.addWidget(self.undo_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_pair(self, keys: KeysInfo | None, pair: KeyPairInfo | None) -> None:
        """Show another pair."""
        self.sentence.show_text(key_words.signing_sentence(keys, pair))
        others = key_words.others_sentence(keys, pair)
        self.others.show_text(others)
        self.others.setVisible(bool(others))
        backup = keys.last_backup if keys is not None else None
        for part in (self.rotated, self.backup, self.undo_button):
            part.setVisible(backup is not None)
        if backup is not None:
            self.rotated.show_text(key_words.rotated_sentence(written_at(backup)))
            self.backup.show_broken(str(backup))


class SubjectCard(KeyCard):
    """Whom push services may write to."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        action = context.actions["set_subject"]
        self.subject_button = ActionButton(action, parent, text=key_words.edit(), name="subject_button")
        super().__init__(key_words.subject(), parent, name="subject_card", buttons=(self.subject_button,))
        self.subject = self.add_value("subject", self.tr("Subject"), tone="")
        self.add_text(
            "subject_explanation",
            self.tr("Every push carries this contact, so that a push service can reach you. It is kept per database."),
        )

    def show_subject(self, subject: str) -> None:
        """Show another subject."""
        self.subject.show_broken(subject or self.tr("Not set yet: the first send asks for it."))
        self.subject.set_tone("" if subject else "warn")


def _fingerprint(pair: KeyPairInfo | None) -> str:
    return pair.fingerprint if pair is not None else ""


def _link(text: str, parent: QWidget, name: str) -> QPushButton:
    button = QPushButton(text, parent)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setProperty("kind", "link")
    return button

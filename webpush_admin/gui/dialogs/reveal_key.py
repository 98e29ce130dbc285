"""Shows a private key to somebody who was asked twice, and hides it again.

Runs on: GUI thread
"""

from enum import Enum
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QPushButton, QSizePolicy, QWidget

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo, Revealed
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.models.key_pairs import pair_name
from webpush_admin.gui.models.words import counted
from webpush_admin.gui.secret_clipboard import KEPT_S
from webpush_admin.gui.text import display_text
from webpush_admin.gui.theme import mono_font
from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.push.secret import NO_SECRET, Secret
from webpush_admin.store.key_rows import KeyState

SHOWN_S: Final = 30

_PADDING_PIXELS: Final = 12
_KEY_CHARACTERS: Final = 43
_NAME_CHARACTERS: Final = 40


class Step(Enum):
    """How far the operator has come."""

    WARNED = "warned"
    ASKED = "asked"
    SHOWN = "shown"


class SecretText(Card):
    """Paints a secret; there is nothing to select, to copy, or for other programs to read."""

    def __init__(self, context: Context, parent: QWidget, *, name: str, label: str) -> None:
        super().__init__(parent, name=name)
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._context = context
        self._secret = NO_SECRET

    @property
    def shown(self) -> bool:
        """Whether there is something to be read."""
        return bool(self._secret)

    def show_secret(self, secret: Secret) -> None:
        """Paint this secret; `NO_SECRET` takes it away."""
        self._secret = secret
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for one line of a key."""
        metrics = QFontMetrics(mono_font())
        width = metrics.horizontalAdvance("0" * _KEY_CHARACTERS) + 2 * _PADDING_PIXELS
        return QSize(width, metrics.height() + 2 * _PADDING_PIXELS)

    def minimumSizeHint(self) -> QSize:
        """Return what a key needs: a part of it is worth nothing."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card, and the secret on it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(mono_font())
        painter.setPen(self._context.theme.colour("text"))
        room = QRectF(self.rect()).adjusted(_PADDING_PIXELS, 0, -_PADDING_PIXELS, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self._secret.text)


class RevealKeyDialog(FormDialog):
    """A warning, a question, the key for half a minute; copying it is a question of its own.

    Attributes:
        revealed: The private key is on the screen.
        hidden: It is no more.
        ticking: Counts the seconds down.
    """

    revealed = Signal()
    hidden = Signal()

    def __init__(self, context: Context, parent: QWidget | None, pair: KeyPairInfo) -> None:
        super().__init__(context, parent)
        self.setObjectName("reveal_key_dialog")
        self.setWindowTitle(self.tr("Show a private key"))
        self.setMinimumWidth(520)
        self._pair = pair
        self._private_key = NO_SECRET
        self._left_s = 0
        self._asked_to_copy = False
        self.step = Step.WARNED
        self.ticking = QTimer(self, interval=1000)
        self.ticking.setObjectName("ticking")
        self.ticking.timeout.connect(self._on_second)
        self._make_parts()
        context.database_closed.connect(self.reject)
        self._counting = context.ask(lambda backend: backend.keys.info(), self._on_counted, lambda _: None)
        self._warn("")
        self._show_step(Step.WARNED)

    def submit(self) -> None:
        """Go on: to the question, to the key, or back to where it is hidden."""
        if self.step is Step.WARNED:
            self._show_step(Step.ASKED)
        elif self.step is Step.ASKED:
            number = self._pair.id
            self.ask(lambda backend: backend.keys.exchange.reveal(number), self._on_revealed)
        else:
            self.hide_key()

    def hide_key(self) -> None:
        """Take the private key off the screen; to see it again, the question is answered again."""
        if self.step is Step.SHOWN:
            self._forget()
            self._show_step(Step.ASKED)
            self.hidden.emit()

    def done(self, result: int) -> None:
        """Close; the dialog keeps nothing of the key."""
        self._counting.cancel()
        self._forget()
        super().done(result)

    def changeEvent(self, event: QEvent) -> None:
        """Hide the key as soon as the operator turns to another window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow() and hasattr(self, "key"):
            self.hide_key()

    def _make_parts(self) -> None:
        self.alone = QCheckBox(self.tr("&Nobody else sees this screen, and it is not shared or recorded"), self)
        self.alone.setObjectName("alone")
        self.alone.setAccessibleName(self.tr("Nobody else sees this screen, and it is not shared or recorded"))
        self.alone.toggled.connect(self._show_ready)
        self.key = SecretText(self.context, self, name="key", label=self.tr("Private key"))
        self.countdown = PlainLabel("", self, name="countdown", tone="muted")
        self.copy_warning = PlainLabel(
            self.tr(
                "Programs that keep a history of the clipboard may keep the key for good, and every other program can "
                "read it. It is taken away after {seconds} s."
            ).format(seconds=KEPT_S),
            self,
            name="copy_warning",
            tone="warn",
        )
        self.copy_warning.setWordWrap(True)
        self.copy_button = QPushButton(self.tr("Copy…"), self)
        self.copy_button.setObjectName("copy_button")
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self._on_copy)
        at = self.content.indexOf(self.problem)
        for number, part in enumerate((self.alone, self.key, self.countdown, self.copy_warning)):
            self.content.insertWidget(at + number, part)
        self.buttons.insertWidget(0, self.copy_button)
        self.keep_field(self.alone)
        self.keep_field(self.copy_button)
        self.cancel_button.setText(self.tr("Close"))

    def _show_step(self, step: Step) -> None:
        self.step = step
        self.explanation.setVisible(step is not Step.SHOWN)
        self.alone.setChecked(False)
        self.alone.setVisible(step is Step.ASKED)
        self.key.setVisible(step is Step.SHOWN)
        self.countdown.setVisible(step is Step.SHOWN)
        self.copy_button.setVisible(step is Step.SHOWN)
        self._show_copying(False)
        words = {
            Step.WARNED: self.tr("Continue"),
            Step.ASKED: self.tr("Show the private key"),
            Step.SHOWN: self.tr("Hide it"),
        }
        self.set_action(words[step])
        self._show_ready()
        self.fit()
        (self.alone if step is Step.ASKED else self.action_button).setFocus()

    def _show_ready(self) -> None:
        self.action_button.setEnabled(not self.asking and (self.step is not Step.ASKED or self.alone.isChecked()))

    def _show_copying(self, asked: bool) -> None:
        self._asked_to_copy = asked
        self.copy_warning.setVisible(asked)
        self.copy_button.setText(self.tr("Copy it nevertheless") if asked else self.tr("Copy…"))
        self.copy_button.setAccessibleName(
            self.tr("Copy the private key nevertheless") if asked else self.tr("Copy the private key")
        )

    def _warn(self, whom: str) -> None:
        self.explanation.show_text(
            self.tr(
                "Whoever has the private key of {pair} can send {whom} in your name, until the keys are rotated. "
                "Nothing needs you to read it: to bring it to another server, export it to a file."
            ).format(
                pair=display_text(pair_name(self._pair), _NAME_CHARACTERS), whom=whom or self.tr("to your subscribers")
            )
        )
        # The number may come when the key is on the screen already.
        self.explanation.setVisible(self.step is not Step.SHOWN)
        self.fit()

    def _on_counted(self, keys: KeysInfo) -> None:
        if self._pair.state is KeyState.ACTIVE:
            others = sum(pair.subscriptions for pair in keys.pairs if pair.id != self._pair.id)
            count = keys.subscriptions - others
        else:
            count = self._pair.subscriptions
        if count > 0:
            told = counted(count, self.tr("subscription"), self.tr("subscriptions"))
            whom = self.tr("to all {subscriptions}") if count > 1 else self.tr("to {subscriptions}")
            self._warn(whom.format(subscriptions=told))

    def _on_revealed(self, revealed: Revealed) -> None:
        if not self.isActiveWindow():
            # The operator has turned away while the answer was on its way.
            self._show_step(Step.ASKED)
            return
        self._private_key = revealed.private_key
        self.key.show_secret(revealed.private_key)
        self._left_s = SHOWN_S
        self._show_left()
        self.ticking.start()
        self._show_step(Step.SHOWN)
        self.revealed.emit()

    def _on_second(self) -> None:
        self._left_s -= 1
        if self._left_s > 0:
            self._show_left()
        else:
            self.hide_key()

    def _show_left(self) -> None:
        self.countdown.show_text(
            self.tr("Hidden again in {seconds} s, or when you turn to another window.").format(seconds=self._left_s)
        )

    def _on_copy(self) -> None:
        if not self._asked_to_copy:
            self._show_copying(True)
            self.fit()
            return
        self.context.secret_clipboard.put(self._private_key)
        self._show_copying(False)
        self.fit()
        self.context.notify(
            self.tr("The private key is on the clipboard for {seconds} s.").format(seconds=KEPT_S), "info"
        )

    def _forget(self) -> None:
        self.ticking.stop()
        self._private_key = NO_SECRET
        self.key.show_secret(NO_SECRET)

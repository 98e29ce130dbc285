"""The message as each browser would show it; nothing is fetched: frames stand where pictures would be.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from webpush_admin.gui.icons import tinted_pixmap
from webpush_admin.gui.models.preview import LOOKS, Look, Shown, left_out
from webpush_admin.gui.text import SHOWN_CHARACTERS, display_text
from webpush_admin.gui.theme import Theme, text_font
from webpush_admin.gui.widgets.flow import FlowLayout
from webpush_admin.gui.widgets.plain import Card, PlainLabel

_ICON_PIXELS: Final = 40
_IMAGE_PIXELS: Final = 84
_BODY_CHARACTERS: Final = 600
_KEPT_WIDTHS: Final = 8


class LineLabel(QWidget):
    """A text of so many lines at most; the last one ends in an ellipsis where there is more."""

    def __init__(self, parent: QWidget, *, name: str, lines: int, bold: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._most = lines
        self._text = ""
        self._broken: dict[int, list[str]] = {}
        self.setFont(text_font(bold=bold))
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    def show_text(self, text: str) -> None:
        """Show a text that may be hostile."""
        shown = "\n".join(display_text(line, SHOWN_CHARACTERS) for line in text[:_BODY_CHARACTERS].split("\n"))
        if shown != self._text:
            before = self.heightForWidth(self.width())
            self._text = shown
            self._broken.clear()
            self.setAccessibleName(shown)
            self.setVisible(bool(shown))
            if self.heightForWidth(self.width()) != before:
                self.updateGeometry()
            self.update()

    def hasHeightForWidth(self) -> bool:
        """Return that narrow means high."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return what its lines take."""
        return max(1, len(self._lines(width))) * self.fontMetrics().lineSpacing()

    def sizeHint(self) -> QSize:
        """Return one line."""
        return QSize(120, self.heightForWidth(max(1, self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height that the new width needs."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lines."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics = self.fontMetrics()
        for number, line in enumerate(self._lines(self.width())):
            painter.drawText(0, number * metrics.lineSpacing() + metrics.ascent(), line)

    def _lines(self, width: int) -> list[str]:
        # A layout asks for the height at the same few widths again and again.
        if width not in self._broken:
            if len(self._broken) >= _KEPT_WIDTHS:
                self._broken.clear()
            self._broken[width] = self._break(width)
        return self._broken[width]

    def _break(self, width: int) -> list[str]:
        lines: list[str] = []
        metrics = self.fontMetrics()
        for paragraph in self._text.split("\n"):
            layout = QTextLayout(paragraph, self.font())
            option = QTextOption()
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            layout.setTextOption(option)
            layout.beginLayout()
            line = layout.createLine()
            while line.isValid():
                line.setLineWidth(max(1, width))
                start, length = line.textStart(), line.textLength()
                if len(lines) == self._most - 1:
                    lines.append(metrics.elidedText(paragraph[start:], Qt.TextElideMode.ElideRight, width))
                    layout.endLayout()
                    return lines
                lines.append(paragraph[start : start + length])
                line = layout.createLine()
            layout.endLayout()
            if not paragraph:
                lines.append("")
        return lines[: self._most]


class Frame(QWidget):
    """Stands where a picture would be, and says that it was not loaded."""

    def __init__(self, theme: Theme, parent: QWidget, *, name: str, icon: str, words: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self._theme = theme
        self._icon = icon
        self._words = words

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a dashed frame with a sign in it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._theme.colour("muted"), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(self._theme.colour("muted_fill"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        wide = self.width() > _ICON_PIXELS
        picture = tinted_pixmap(self._icon, self._theme.tokens.muted, 18, self.devicePixelRatioF())
        middle = self.rect().center()
        painter.drawPixmap(middle.x() - 8, middle.y() - (18 if wide else 8), picture)
        if wide:
            below = self.rect().adjusted(4, self.height() // 2 + 6, -4, -2)
            painter.setPen(self._theme.colour("muted"))
            words = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, below.width())
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter.value | Qt.AlignmentFlag.AlignTop.value, words)


class LookCard(QWidget):
    """One browser: its name, the notification, and what it leaves out."""

    def __init__(self, theme: Theme, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(look.name)
        self.setAccessibleName(look.browser)
        self._look = look
        self.browser = PlainLabel(look.browser, self, name="browser", tone="caption")
        self.card = Card(self, name="card")
        self.source = PlainLabel("", self.card, name="source", tone="caption", elide=Qt.TextElideMode.ElideRight)
        self.title = LineLabel(self.card, name="title", lines=look.title_lines, bold=True)
        self.body = LineLabel(self.card, name="body", lines=look.body_lines)
        self.icon = Frame(theme, self.card, name="icon", icon="bell", words=self.tr("Icon, not loaded"))
        self.icon.setFixedSize(_ICON_PIXELS, _ICON_PIXELS)
        self.image = Frame(theme, self.card, name="image", icon="image", words=self.tr("Picture, not loaded"))
        self.image.setFixedHeight(_IMAGE_PIXELS)
        self.buttons = [
            PlainLabel("", self.card, name=f"button_{number}", tone="badge-muted") for number in range(look.buttons)
        ]
        self.note = PlainLabel("", self, name="note", tone="caption")
        self.note.setWordWrap(True)
        self._lay_out()

    def show_message(self, shown: Shown) -> None:
        """Show a message as far as this browser does."""
        look = self._look
        site = shown.site
        self.source.show_text(" · ".join(part for part in (look.app, site, self.tr("now")) if part))
        self.title.show_text(shown.title)
        self.body.show_text(shown.body)
        self.icon.setVisible(look.own_icon or bool(shown.icon))
        self.image.setVisible(look.image and bool(shown.image))
        for number, label in enumerate(self.buttons):
            text = shown.buttons[number] if number < len(shown.buttons) else ""
            label.show_text(text[:40])
            label.setVisible(bool(text.strip()))
        told = " ".join(left_out(shown, look))
        self.note.show_text(told)
        self.note.setVisible(bool(told))

    def _lay_out(self) -> None:
        look = self._look
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for part in (self.source, self.title, self.body) if look.heading else (self.title, self.body, self.source):
            texts.addWidget(part)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addLayout(texts, 1)
        place = top.count() if look.icon_right else 0
        top.insertWidget(place, self.icon, 0, Qt.AlignmentFlag.AlignTop)
        row = FlowLayout(spacing=6)
        for label in self.buttons:
            row.addWidget(label)
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(12, 10, 12, 10)
        inside.setSpacing(8)
        inside.addLayout(top)
        inside.addWidget(self.image)
        if self.buttons:
            inside.addLayout(row)
        self.card.setStyleSheet(f"QFrame#card {{ border-radius: {look.corner}px; }}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.browser)
        layout.addWidget(self.card)
        layout.addWidget(self.note)


class Preview(QWidget):
    """All browsers below each other."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        self.unsure = PlainLabel("", self, name="unsure", tone="warn")
        self.unsure.setWordWrap(True)
        self.unsure.hide()
        self.fetched = PlainLabel(
            self.tr("About so; systems differ. Pictures are not fetched: a frame stands for them."),
            self,
            name="fetched",
            tone="caption",
        )
        self.fetched.setWordWrap(True)
        self.cards = [LookCard(theme, look, self) for look in LOOKS]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.fetched)
        layout.addWidget(self.unsure)
        for card in self.cards:
            layout.addWidget(card)
        layout.addStretch(1)
        theme.changed.connect(self.update)

    def show_message(self, shown: Shown) -> None:
        """Show another message."""
        something = any((shown.title.strip(), shown.body.strip(), shown.icon, shown.image))
        nothing = "" if something else self.tr("There is no title and no text in it that could be shown here.")
        told = " ".join(part for part in (nothing, shown.unsure) if part)
        self.unsure.show_text(told)
        self.unsure.setVisible(bool(told))
        self.fetched.setVisible(something)
        for card in self.cards:
            card.setVisible(something)
            card.show_message(shown)

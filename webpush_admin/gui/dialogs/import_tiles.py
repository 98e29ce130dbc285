"""What an import would do, as a row of numbers.

Runs on: GUI thread
"""

from typing import Final, NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from webpush_admin.backend.exchange_records import ImportPreview
from webpush_admin.gui.widgets.figures import grouped
from webpush_admin.gui.widgets.plain import Card, PlainLabel


class _Spec(NamedTuple):
    """One tile.

    Attributes:
        name: objectName of its number, and the attribute of `ImportPreview`.
        caption: The word below, as it is translated.
        tone: Of a number that is not nought; "" for the colour of text.
        always: Also where the number is nought.
    """

    name: str
    caption: str
    tone: str
    always: bool


SPECS: Final = (
    _Spec("added", str(QT_TRANSLATE_NOOP("ImportTiles", "added")), "ok", True),
    _Spec("replaced", str(QT_TRANSLATE_NOOP("ImportTiles", "replaced")), "warn", True),
    _Spec("unchanged", str(QT_TRANSLATE_NOOP("ImportTiles", "unchanged")), "", True),
    _Spec("repeated", str(QT_TRANSLATE_NOOP("ImportTiles", "repeated")), "", False),
    _Spec("refused", str(QT_TRANSLATE_NOOP("ImportTiles", "refused")), "bad", True),
    _Spec("waiting", str(QT_TRANSLATE_NOOP("ImportTiles", "waiting for a user")), "", False),
    _Spec("users_added", str(QT_TRANSLATE_NOOP("ImportTiles", "new users")), "", False),
)


class ImportTile(Card):
    """A number and its word."""

    def __init__(self, spec: _Spec, parent: QWidget) -> None:
        super().__init__(parent, name=f"{spec.name}_tile")
        self._spec = spec
        self.number = PlainLabel("", self, name=spec.name, tone="value")
        self.caption = PlainLabel(
            QCoreApplication.translate("ImportTiles", spec.caption), self, name="caption", tone="caption"
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 7)
        layout.setSpacing(0)
        layout.addWidget(self.number)
        layout.addWidget(self.caption)

    def show_number(self, number: int) -> None:
        """Show it; where it is nought the tile may leave."""
        self.number.show_text(grouped(number))
        self.number.set_tone(f"value-{self._spec.tone}" if number and self._spec.tone else "value")
        self.setAccessibleName(f"{self.caption.text()}: {grouped(number)}")
        self.setVisible(bool(number) or self._spec.always)


class ImportTiles(QWidget):
    """A tile for each thing that can become of a record."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tiles")
        self.tiles = {spec.name: ImportTile(spec, self) for spec in SPECS}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for tile in self.tiles.values():
            layout.addWidget(tile, 1)

    def show_preview(self, preview: ImportPreview) -> None:
        """Show its numbers."""
        for name, tile in self.tiles.items():
            number = getattr(preview, name)
            # What lacks nothing but a user is not wrong.
            tile.show_number(number - preview.waiting if name == "refused" else number)

"""The keys view of a window, and the hands that use it.

Runs on: GUI thread
"""

from typing import Final, TypeVar, cast

from pytestqt.qtbot import QtBot

from tests.gui.database_file import TIMEOUT_MS
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.view_specs import VIEWS
from webpush_admin.gui.views.keys import KeysView

ACTIONS: Final = next(spec.does for spec in VIEWS if spec.name == "keys")

Dialog = TypeVar("Dialog", bound=FormDialog)


class Keys:
    """The keys view of a window, and the hands that use it."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot = qtbot
        self.window = window
        window.show_view("keys")
        self.view = cast("KeysView", window.views["keys"])
        self.notices: list[str] = []
        window.context.notice.connect(lambda _kind, text: self.notices.append(text))

    def wait(self, number: int) -> None:
        """Wait until so many pairs are in the list."""
        self.qtbot.waitUntil(lambda: self.view.pair_list.model.rowCount() == number, timeout=TIMEOUT_MS)

    def cell(self, row: int, key: str) -> str:
        model = self.view.pair_list.model
        return next(
            model.cells_at(row).texts[number] for number, column in enumerate(model.columns) if column.key == key
        )

    def column(self, key: str) -> list[str]:
        return [self.cell(row, key) for row in range(self.view.pair_list.model.rowCount())]

    def trigger(self, name: str) -> None:
        action = self.window.context.actions[name]
        assert action.isEnabled(), action.toolTip()
        action.trigger()

    def disabled(self) -> set[str]:
        return {name for name in ACTIONS if not self.window.context.actions[name].isEnabled()}

    def dialog(self, kind: type[Dialog]) -> Dialog:
        """Return the dialog of this kind that is open, as soon as it is."""
        self.qtbot.waitUntil(lambda: bool(self._open(kind)), timeout=TIMEOUT_MS)
        return self._open(kind)[0]

    def told(self, part: str) -> None:
        """Wait until a notice says this."""
        self.qtbot.waitUntil(lambda: any(part in notice for notice in self.notices), timeout=TIMEOUT_MS)

    def choose(self, row: int) -> None:
        self.view.pair_list.table.selectRow(row)

    def _open(self, kind: type[Dialog]) -> list[Dialog]:
        return [dialog for dialog in self.window.findChildren(kind) if dialog.isVisible()]

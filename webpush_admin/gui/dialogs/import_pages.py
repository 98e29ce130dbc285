"""What the dialog of an import shows: that the file is being read, what is in it, or why it cannot be used.

Runs on: GUI thread
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QProgressBar, QPushButton, QTabWidget, QVBoxLayout, QWidget

from webpush_admin.backend.exchange_records import ImportPreview, ImportRow
from webpush_admin.backend.records import WorkProgress
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.import_tiles import ImportTiles
from webpush_admin.gui.models.import_rows import PROBLEM_COLUMNS, SAMPLE_COLUMNS, problems_text
from webpush_admin.gui.models.rows import RowsModel
from webpush_admin.gui.widgets.figures import grouped
from webpush_admin.gui.widgets.plain import Card, PlainLabel
from webpush_admin.gui.widgets.table import Table


class ReadingPage(QWidget):
    """How far the file has been read."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("reading_page")
        self.told = PlainLabel("", self, name="told", tone="muted")
        self.told.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.progress = QProgressBar(self, textVisible=False)
        self.progress.setObjectName("progress")
        self.progress.setAccessibleName(self.tr("Records that were read"))
        self.progress.setFixedWidth(320)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addStretch(2)
        layout.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.told)
        layout.addStretch(3)
        self.begin()

    def begin(self) -> None:
        """Nothing was read yet."""
        self.progress.setRange(0, 0)
        self.told.show_text(self.tr("Reading…"))

    def show_work(self, work: WorkProgress) -> None:
        """Show how far it is; how many there will be is a guess from the size of the file."""
        if not work.done or not work.total:
            return
        # Or it would paint itself, and all that is due in the window, at once.
        self.progress.setUpdatesEnabled(False)
        self.progress.setRange(0, work.total)
        self.progress.setValue(work.done)
        self.progress.setUpdatesEnabled(True)
        # When all are read, each is held against the database.
        told = (
            self.tr("Comparing {0} records with the database…").format(grouped(work.done))
            if work.done >= work.total
            else self.tr("{0} of about {1} records").format(grouped(work.done), grouped(work.total))
        )
        self.told.show_text(told)


class PreviewPage(QWidget):
    """Numbers, the first records, and those that will not be imported."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("preview_page")
        self._unlisted = 0
        self.tiles = ImportTiles(self)
        self.sample: RowsModel[ImportRow] = RowsModel(SAMPLE_COLUMNS, parent=self)
        self.sample_table = Table(
            context.theme,
            self.sample,
            SAMPLE_COLUMNS,
            self,
            name="sample_table",
            accessible_name=self.tr("The first records of the file"),
            leaves_first=("user",),
        )
        self.problems: RowsModel[ImportRow] = RowsModel(PROBLEM_COLUMNS, parent=self)
        self.problems_table = Table(
            context.theme,
            self.problems,
            PROBLEM_COLUMNS,
            self,
            name="problems_table",
            accessible_name=self.tr("Records that are not imported, and why"),
            leaves_first=("endpoint",),
            stretch_pixels=260,
        )
        self.copy_button = QPushButton(self.tr("Copy list"), self)
        self.copy_button.setObjectName("copy_button")
        self.copy_button.setAccessibleName(self.tr("Copy the list of refused records, without keys"))
        self.copy_button.setToolTip(self.tr("Line, user, masked endpoint and reason of each; no keys"))
        self.copy_button.setProperty("kind", "link")
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self._on_copy)
        self.tabs = QTabWidget(self)
        self.tabs.setObjectName("tabs")
        self.tabs.setAccessibleName(self.tr("Records of the file"))
        self.tabs.addTab(self.sample_table, "")
        self.tabs.addTab(self.problems_table, "")
        self.tabs.setCornerWidget(self.copy_button)
        self.tabs.currentChanged.connect(self._show_copy)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.problems_table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._on_copy_selected)
        self.card = Card(self, name="card")
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.tabs)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.tiles)
        layout.addWidget(self.card, 1)

    def show_preview(self, preview: ImportPreview) -> None:
        """Show what an import would do."""
        self.tiles.show_preview(preview)
        self.sample.replace(preview.sample)
        self.problems.replace(preview.problems)
        shown, records = len(preview.sample), preview.records
        self.tabs.setTabText(
            0,
            self.tr("All {0} records").format(grouped(records))
            if shown == records and records > 1
            else self.tr("The record")
            if records == 1
            else self.tr("First {0} records").format(grouped(shown)),
        )
        odd = preview.refused + preview.repeated
        listed = len(preview.problems)
        self._unlisted = odd - listed
        self.tabs.setTabText(
            1,
            self.tr("Not imported: first {0} of {1}").format(grouped(listed), grouped(odd))
            if listed < odd
            else self.tr("Not imported: {0}").format(grouped(odd)),
        )
        self.tabs.setTabVisible(1, odd > 0)
        self.tabs.setCurrentIndex(1 if preview.refused else 0)
        self._show_copy()

    def _show_copy(self, _index: int = 0) -> None:
        self.copy_button.setVisible(self.tabs.currentIndex() == 1 and bool(self.problems.rows))

    def _on_copy(self) -> None:
        if self.problems.rows:
            QGuiApplication.clipboard().setText(problems_text(self.problems.rows, self._unlisted))

    def _on_copy_selected(self) -> None:
        rows = [row for number in self.problems_table.selected_rows() if (row := self.problems.row(number))]
        if rows:
            QGuiApplication.clipboard().setText(problems_text(rows))

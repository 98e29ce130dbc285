"""Introduces the endpoints of the sandbox to its inbox, and follows what arrives.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from webpush_admin.backend.records import DatabaseInfo, Snapshot
from webpush_admin.gui.context import Context
from webpush_admin.gui.models.refresher import Refresher
from webpush_admin.gui.models.sandbox import endpoint_owners
from webpush_admin.gui.views.sandbox.endpoints import EndpointsPane
from webpush_admin.gui.views.sandbox.inbox import KEPT_ENTRIES, InboxPane
from webpush_admin.gui.widgets.empty import EmptyState
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.sandbox.records import InboxEntry, SandboxCounts, SandboxEndpoint

PAGE_ENTRIES: Final = 1_000
"""What the backend returns of the inbox at most."""


class SandboxView(QWidget):
    """A push service on loopback that answers as it is told, and shows what reached it in clear."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("sandbox_view")
        self._context = context
        self._location = ""
        self._counts: SandboxCounts | None = None
        self._owners: dict[str, str] = {}
        self.explanation = PlainLabel(
            self.tr(
                "A push service on this computer: it checks every push by the rules, decrypts it and answers as you "
                "tell it. Nothing leaves the machine."
            ),
            self,
            name="explanation",
            tone="muted",
        )
        self.explanation.setWordWrap(True)
        self.counts = PlainLabel("", self, name="counts")
        self.counts.setAccessibleName(self.tr("What the sandbox has seen"))
        self.counts.setWordWrap(True)
        self.endpoints = EndpointsPane(context, self.owner_of, self.refresh, self)
        self.inbox = InboxPane(context, self.owner_of, self)
        self.not_running = EmptyState(
            "inbox",
            self.tr("No sandbox runs"),
            self.tr(
                "The demo brings a push service of its own: send to its endpoints, change how they answer, and read "
                "here what arrived. Nobody is disturbed."
            ),
            context.actions["open_demo"],
            parent=self,
            name="not_running",
        )
        self._lay_out()
        self._refresher = Refresher(self._read, self)
        self._refresher.hold()
        context.snapshot.connect(self._on_snapshot)
        context.database_opened.connect(self._on_database_opened)
        context.database_closed.connect(self._on_database_closed)

    def _lay_out(self) -> None:
        self.panes = QSplitter(Qt.Orientation.Horizontal, self)
        self.panes.setObjectName("panes")
        self.panes.setChildrenCollapsible(False)
        self.panes.setHandleWidth(8)
        self.panes.addWidget(self.endpoints)
        self.panes.addWidget(self.inbox)
        self.endpoints.setMinimumWidth(340)
        self.inbox.setMinimumWidth(300)
        self.panes.setStretchFactor(0, 2)
        self.panes.setStretchFactor(1, 3)
        self.panes.setSizes([430, 660])
        running = QWidget(self)
        running.setObjectName("running")
        inside = QVBoxLayout(running)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addWidget(self.explanation)
        inside.addWidget(self.counts)
        inside.addWidget(self.panes, 1)
        self.running = running
        self.stack = QStackedWidget(self)
        self.stack.setObjectName("stack")
        self.stack.addWidget(self.not_running)
        self.stack.addWidget(self.running)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def owner_of(self, endpoint: str) -> str:
        """Return the name of the user whose endpoint it is, "" where that is not known."""
        return self._owners.get(endpoint, "")

    def activate(self) -> None:
        """The view is shown: read what has arrived meanwhile."""
        self.endpoints.table.setFocus()
        self._refresher.release()
        self._refresher.wish()

    def deactivate(self) -> None:
        """The view is hidden: the inbox is read when it is shown again."""
        self._refresher.hold()

    def refresh(self) -> None:
        """Read endpoints and inbox again."""
        self._refresher.wish()

    def _read(self) -> None:
        if self._counts is None:
            return
        after = max(self.inbox.newest, self._counts.received - KEPT_ENTRIES)
        self._context.ask(endpoint_owners, self._on_owners)
        self._context.ask(lambda backend: backend.trying.endpoints(), self._on_endpoints)
        self._context.ask(lambda backend: backend.trying.inbox(after), self._on_entries)

    def _on_owners(self, owners: dict[str, str]) -> None:
        # Who was pruned is no longer in the database, but what arrived was theirs.
        if any(self._owners.get(endpoint) != name for endpoint, name in owners.items()):
            self._owners |= owners
            self.endpoints.model.repaint()
            self.inbox.model.repaint()

    def _on_endpoints(self, endpoints: tuple[SandboxEndpoint, ...]) -> None:
        self.endpoints.model.replace(endpoints)

    def _on_entries(self, entries: tuple[InboxEntry, ...]) -> None:
        self.inbox.append(entries)
        if len(entries) >= PAGE_ENTRIES:
            self._refresher.wish()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        counts, before = snapshot.sandbox, self._counts
        if counts == before:
            return
        self._counts = counts
        self.stack.setCurrentWidget(self.not_running if counts is None else self.running)
        if counts is None:
            return
        parts = (
            (counts.received, self.tr("received")),
            (counts.decrypted, self.tr("decrypted")),
            (counts.accepted, self.tr("accepted")),
            (counts.gone, self.tr("gone")),
            (counts.refused, self.tr("refused")),
            (counts.dropped, self.tr("dropped")),
        )
        self.counts.show_text("   ".join(f"{number:,} {word}" for number, word in parts))
        if before is None or counts.received != before.received:
            self._refresher.wish()

    def _on_database_opened(self, info: DatabaseInfo) -> None:
        if info.location != self._location:
            self._location = info.location
            self._forget()
            if info.demo:
                # Read before anything is pruned, so that what arrived keeps its name.
                self._context.ask(endpoint_owners, self._on_owners)

    def _on_database_closed(self) -> None:
        self._location = ""
        self._forget()
        self._counts = None
        self.stack.setCurrentWidget(self.not_running)

    def _forget(self) -> None:
        self._owners.clear()
        self.inbox.model.clear()
        self.endpoints.model.clear()
        self._refresher.wish()

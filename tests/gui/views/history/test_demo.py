"""The history of the demo: it agrees with the sandbox, follows what is sent, and shows no secret anywhere.

Runs on: GUI thread
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.database_file import ask
from tests.gui.views.history.sent import wait_rows
from webpush_admin.backend.backend import Backend
from webpush_admin.backend.records import SendSummary, Snapshot
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.gui.views.history import HistoryView
from webpush_admin.push.answer import Outcome
from webpush_admin.push.message import Message
from webpush_admin.push.subscription import Subscription
from webpush_admin.sandbox.records import SandboxCounts
from webpush_admin.store.history_rows import SendState
from webpush_admin.store.rows import SubscriptionQuery

TIMEOUT_MS = 20_000
MESSAGE = Message(title="Hi", body="There")


def _send(qtbot: QtBot, window: MainWindow) -> SendSummary:
    return ask(qtbot, window.context, lambda backend: backend.sending.to_all(MESSAGE))


def _ended(view: HistoryView, sends: int) -> bool:
    known = view.sends.model.sends
    return len(known) == sends and known[0].state is SendState.ENDED


def _show(qtbot: QtBot, window: MainWindow) -> HistoryView:
    window.show_view("history")
    view = cast("HistoryView", window.views["history"])
    qtbot.waitUntil(lambda: view.sends.known, timeout=TIMEOUT_MS)
    return view


def test_it_agrees_with_the_sandbox_and_follows(qtbot: QtBot, demo: MainWindow) -> None:
    snapshots: list[Snapshot] = []
    demo.context.snapshot.connect(snapshots.append)
    view = _show(qtbot, demo)
    assert view.stack.currentWidget() is view.nothing_sent
    summary = _send(qtbot, demo)
    qtbot.waitUntil(lambda: _ended(view, 1), timeout=TIMEOUT_MS)
    # Nobody is at the table: it follows by itself.
    wait_rows(qtbot, view, summary.targets)
    counts = dict(view.sends.model.sends[0].counts)
    rows = [row for _, row in view.table.model.fetched()]
    qtbot.waitUntil(lambda: all(row.outcome for _, row in view.table.model.fetched()), timeout=TIMEOUT_MS)
    rows = [row for _, row in view.table.model.fetched()]
    assert Counter(row.outcome for row in rows) == counts
    assert counts[Outcome.ACCEPTED] == summary.accepted
    assert counts[Outcome.GONE] == summary.gone == sum(row.pruned for row in rows)
    sandbox = snapshots[-1].sandbox
    assert isinstance(sandbox, SandboxCounts)
    assert sandbox.accepted == summary.accepted
    assert not view.table.newer.isVisible()

    view.table.bar.choose(failed=True)
    wait_rows(qtbot, view, summary.failed)
    assert {row.outcome for _, row in view.table.model.fetched()}.isdisjoint({Outcome.ACCEPTED, Outcome.GONE})
    view.table.bar.choose(failed=False)
    wait_rows(qtbot, view, summary.targets)

    # Somebody looks at a row: newer ones are told, and nothing moves.
    view.table.table.selectRow(3)
    before = view.table.current
    second = _send(qtbot, demo)
    qtbot.waitUntil(lambda: _ended(view, 2) and view.table.newer.isVisible(), timeout=TIMEOUT_MS)
    qtbot.waitUntil(lambda: view.table.newer.text.text().startswith(f"{second.targets} newer"), timeout=TIMEOUT_MS)
    assert view.table.current == before
    assert view.table.model.rowCount() == summary.targets
    view.table.newer.acted.emit()
    wait_rows(qtbot, view, summary.targets + second.targets)
    assert not view.table.newer.isVisible()
    assert view.table.current == before, "the same row, wherever it is now"


async def _secrets(backend: Backend) -> tuple[str, tuple[Subscription, ...]]:
    """Return the private key, and the subscriptions with what lets one send to them. Runs on: worker loop."""
    page = await backend.subscriptions.page(SubscriptionQuery(), 0, 1000)
    session = backend._opened().session
    keys = await session.read(lambda store: store.vapid_keys())
    return keys.private_key, tuple(row.subscription for row in page.rows if row is not None)


def _texts(top: QWidget) -> Iterable[str]:
    """Yield everything that a tree of widgets says: texts, tooltips, names, cells."""
    for widget in [top, *top.findChildren(QWidget)]:
        yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle())
        text = getattr(widget, "text", None)
        if callable(text):
            yield str(text())
        if isinstance(widget, QPlainTextEdit | QTextEdit):
            yield widget.toPlainText()
        if isinstance(widget, QLineEdit):
            yield widget.placeholderText()
        if isinstance(widget, QAbstractItemView) and isinstance(widget.model(), QAbstractItemModel):
            model = widget.model()
            for row in range(model.rowCount()):
                for column in range(model.columnCount()):
                    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                        yield str(model.index(row, column).data(role) or "")


def _check(texts: str, private_key: str, rows: Iterable[Subscription]) -> None:
    assert private_key not in texts
    assert not re.search(r"eyJ[\w-]{5,}\.eyJ[\w-]{5,}", texts), "a whole token"
    for row in rows:
        assert row.auth not in texts
        assert row.endpoint not in texts
        assert row.endpoint.rsplit("/", 1)[-1] not in texts


def test_no_secret_is_shown_or_copied(qtbot: QtBot, demo: MainWindow) -> None:
    private_key, rows = ask(qtbot, demo.context, _secrets)
    assert len(private_key) == 43
    assert len(rows) == 100
    view = _show(qtbot, demo)
    _send(qtbot, demo)
    qtbot.waitUntil(lambda: _ended(view, 1), timeout=TIMEOUT_MS)
    wait_rows(qtbot, view, 100)
    clipboard, actions = QGuiApplication.clipboard(), demo.context.actions
    for outcome in (Outcome.ACCEPTED, Outcome.GONE, Outcome.REJECTED, Outcome.BLOCKED):
        number = next(number for number, row in view.table.model.fetched() if row.outcome is outcome)
        view.table.table.selectRow(number)
        qtbot.waitUntil(lambda: view.inspector.detail is not None, timeout=TIMEOUT_MS)
        detail = view.inspector.detail
        assert detail is not None
        copied = []
        for name in ("copy_report", *(("copy_curl",) if detail.request is not None else ())):
            assert actions[name].isEnabled()
            actions[name].trigger()
            copied.append(clipboard.text())
        view.own.copy_rows.trigger()
        shown = "\n".join(text for top in QApplication.topLevelWidgets() for text in _texts(top))
        _check("\n".join((shown, *copied, clipboard.text())), private_key, rows)
        if detail.request is not None:
            told = " ".join(value.text() for claim in view.inspector.claims for value in claim)
            assert "the endpoint's origin" in told
            assert "after it was sent" in told
            assert "the active key pair" in view.inspector.key.text()
            assert demo.context.database is not None
            assert demo.context.database.fingerprint in view.inspector.key.text()

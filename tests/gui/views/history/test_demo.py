"""The history of the demo: it agrees with the sandbox, follows what is sent, and shows no secret anywhere.

Runs on: GUI thread
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import cast

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.database_file import ask
from tests.gui.views.history.sent import wait_rows
from webpush_admin.backend.backend import Backend
from webpush_admin.backend.records import Snapshot
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


def _ended(view: HistoryView, sends: int) -> bool:
    known = view.sends.model.sends
    return len(known) == sends and known[0].state is SendState.ENDED


def _show(qtbot: QtBot, window: MainWindow) -> HistoryView:
    window.show_view("history")
    view = cast("HistoryView", window.views["history"])
    qtbot.waitUntil(lambda: view.sends.known, timeout=TIMEOUT_MS)
    return view


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
                # A list has one column, and says so to nobody.
                for column in range(len(getattr(model, "columns", "1"))):
                    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                        yield str(model.index(row, column).data(role) or "")


def _check(texts: str, private_key: str, rows: Iterable[Subscription]) -> None:
    assert private_key not in texts
    assert not re.search(r"eyJ[\w-]{5,}\.eyJ[\w-]{5,}", texts), "a whole token"
    for row in rows:
        assert row.auth not in texts
        assert row.endpoint not in texts
        assert row.endpoint.rsplit("/", 1)[-1] not in texts


def _look_for_secrets(
    qtbot: QtBot, window: MainWindow, view: HistoryView, private_key: str, rows: Sequence[Subscription]
) -> None:
    """Inspect a delivery of each outcome, copy all that can be copied, and look through everything that is shown."""
    assert len(private_key) == 43
    clipboard, actions = QGuiApplication.clipboard(), window.context.actions
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
            told = " ".join(value.text() for claim in view.inspector.request.claims for value in claim)
            assert "the endpoint's origin" in told
            assert "after it was sent" in told
            assert "the active key pair" in view.inspector.request.key.text()
            assert window.context.database is not None
            assert window.context.database.fingerprint in view.inspector.request.key.text()


def test_it_agrees_with_the_sandbox_and_follows_and_keeps_secrets(qtbot: QtBot, demo: MainWindow) -> None:
    snapshots: list[Snapshot] = []
    demo.context.snapshot.connect(snapshots.append)
    view = _show(qtbot, demo)
    assert view.stack.currentWidget() is view.nothing_sent
    private_key, rows = ask(qtbot, demo.context, _secrets)
    # One attempt each: what is tried again takes its time.
    everybody = [row.id for row in rows if row.id is not None]
    summary = ask(qtbot, demo.context, lambda backend: backend.sending.to_subscriptions(everybody, MESSAGE))
    assert summary.targets == len(rows) == 100
    qtbot.waitUntil(lambda: _ended(view, 1), timeout=TIMEOUT_MS)
    # Nobody is at the table: it follows by itself.
    wait_rows(qtbot, view, summary.targets)
    qtbot.waitUntil(lambda: all(row.outcome for _, row in view.table.model.fetched()), timeout=TIMEOUT_MS)
    counts = dict(view.sends.model.sends[0].counts)
    shown = [row for _, row in view.table.model.fetched()]
    assert Counter(row.outcome for row in shown) == counts
    assert counts[Outcome.ACCEPTED] == summary.accepted
    assert counts[Outcome.GONE] == summary.gone
    sandbox = snapshots[-1].sandbox
    assert isinstance(sandbox, SandboxCounts)
    assert (sandbox.accepted, sandbox.gone) == (summary.accepted, summary.gone)
    assert not view.table.newer.isVisible()

    view.table.bar.choose(failed=True)
    wait_rows(qtbot, view, summary.failed)
    assert {row.outcome for _, row in view.table.model.fetched()}.isdisjoint({Outcome.ACCEPTED, Outcome.GONE})
    view.table.bar.choose(failed=False)
    wait_rows(qtbot, view, summary.targets)
    _look_for_secrets(qtbot, demo, view, private_key, rows)

    # Somebody looks at a row: newer ones are told, and nothing moves.
    view.table.table.selectRow(3)
    before = view.table.current
    some = [row.subscription_id for row in shown if row.outcome is Outcome.ACCEPTED and row.subscription_id][:5]
    ask(qtbot, demo.context, lambda backend: backend.sending.to_subscriptions(some, MESSAGE))
    told = view.table.newer.text
    qtbot.waitUntil(
        lambda: _ended(view, 2) and told.text() == "5 newer answers since this was read.", timeout=TIMEOUT_MS
    )
    assert view.table.newer.isVisible()
    assert view.table.current == before
    assert view.table.model.rowCount() == summary.targets
    view.table.newer.acted.emit()
    wait_rows(qtbot, view, summary.targets + 5)
    assert not view.table.newer.isVisible()
    assert view.table.current == before, "the same row, wherever it is now"

    # The view was hidden, and is shown where the pointer happens to be: it tells what there is now.
    view.table.table.clearSelection()
    demo.context.actions["show_subscriptions"].trigger()
    ask(qtbot, demo.context, lambda backend: backend.sending.to_subscriptions(some, MESSAGE))
    assert _show(qtbot, demo) is view
    view.table.table.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    qtbot.waitUntil(lambda: _ended(view, 3), timeout=TIMEOUT_MS)
    wait_rows(qtbot, view, summary.targets + 10)
    assert not view.table.newer.isVisible()

"""A window on a database file that a test has filled, and answers of its backend.

Runs on: GUI thread
"""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar, cast

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.backend.backend import Backend
from webpush_admin.gui.context import Context
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import Store

T = TypeVar("T")

ENDPOINT = "https://push.example.net/wp/token-of-ada"
P256DH = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
OTHER_P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "tBHItJI5svbpez7KI4CCXg"
TIMEOUT_MS = 10_000


def ask(qtbot: QtBot, context: Context, make: Callable[[Backend], Coroutine[Any, Any, T]]) -> T:
    """Return what the backend answers."""
    answers: list[object] = []
    context.ask(make, answers.append, lambda sentence: answers.append(AssertionError(sentence)))
    qtbot.waitUntil(lambda: bool(answers), timeout=TIMEOUT_MS)
    assert not isinstance(answers[0], AssertionError), answers[0]
    return cast("T", answers[0])


class File:
    """A database file with one user and one subscription, also written to by another program: the test."""

    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        # As in the application: a dialog without a parent would be Python's to delete.
        self.window = QWidget()
        self.store = Store.open(self.url)
        self.store.vapid_keys()
        self.store.set_setting("vapid_subject", "mailto:ops@example.org")
        self.ada = self.store.add_user("Ada")
        self.row: Subscription = self.add(ENDPOINT, user_agent="Mozilla/5.0 first")

    def add(self, endpoint: str, **more: Any) -> Subscription:
        """Add a subscription of Ada's."""
        return self.store.add_subscription(self.ada.id, endpoint=endpoint, p256dh=P256DH, auth=AUTH, **more)

    def open(self, qtbot: QtBot, context: Context) -> None:
        """Open it in a window."""
        context.bridge.start()
        context.set_database(ask(qtbot, context, lambda backend: backend.open(self.url, create=False)))

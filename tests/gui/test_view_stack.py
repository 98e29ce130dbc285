"""Refreshing reads the view that is shown again, and the others when they are shown; what changed is told in each.

Runs on: GUI thread
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton

from webpush_admin.backend.records import ChangedByOthers
from webpush_admin.gui.main_window import MainWindow


@pytest.fixture
def refreshed(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the views in the order in which they are refreshed."""
    window.show()
    window.make_views()
    names: list[str] = []
    for name, view in window.views.items():
        monkeypatch.setattr(view, "refresh", lambda name=name: names.append(name), raising=False)
    return names


def test_the_others_are_refreshed_when_they_are_shown_and_once(window: MainWindow, refreshed: list[str]) -> None:
    window.show_view("audit")
    assert refreshed == []
    window.context.actions["refresh"].setEnabled(True)
    window.context.actions["refresh"].trigger()
    assert refreshed == ["audit"]
    for name in ("subscriptions", "audit", "keys", "subscriptions"):
        window.show_view(name)
    assert refreshed == ["audit", "subscriptions", "keys"]


def test_a_change_by_another_program_is_told_below_every_view(window: MainWindow, refreshed: list[str]) -> None:
    banner: Any = window.changed_banner
    window.context.actions["refresh"].setEnabled(True)
    for name in window.views:
        window.show_view(name)
        window.context.events.emit([ChangedByOthers(datetime.now(UTC))])
        assert banner.isVisible()
        refreshed.clear()
        button = banner.findChild(QPushButton, "action_button")
        assert isinstance(button, QPushButton)
        button.click()
        assert refreshed == [name]
        assert not banner.isVisible()
    assert banner.mapTo(window, banner.rect().topLeft()).y() >= window.view_stack.geometry().bottom()

"""Payloads as the inbox shows them, and a colour for every state.

Runs on: any
"""

import pytest

from webpush_admin.backend.records import State
from webpush_admin.gui.models.sandbox import notification_text, pretty_payload
from webpush_admin.gui.models.subscriptions import STATE_ROLES, STATE_TIPS


@pytest.mark.parametrize(
    ("payload", "line"),
    [
        ('{"title":"Hi","body":"There"}', "Hi: There"),
        ('{"title":"Hi"}', "Hi"),
        ('{"title":1}', '{"title":1}'),
        ("no JSON", "no JSON"),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_a_payload_in_one_line(payload: str, line: str) -> None:
    assert notification_text(payload) == line


def test_a_payload_in_full() -> None:
    assert pretty_payload('{"title":"Zoë"}') == '{\n  "title": "Zoë"\n}'
    assert pretty_payload("{no") == "{no"


def test_every_state_has_its_role() -> None:
    assert set(STATE_ROLES) == set(STATE_TIPS) == set(State)

"""The list of sends: what its lines say, and that newer and older ones come without moving what is known.

Runs on: GUI thread
"""

from typing import Any

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from tests.gui.models.history_rows import SEND, send
from webpush_admin.gui.models.sends import LINE_ROLE, SendsModel, left_of, retryable_of, send_in_full, send_line
from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import SendState


@pytest.fixture
def model(qtmodeltester: ModelTester) -> SendsModel:
    made = SendsModel()
    qtmodeltester.check(made)  # type: ignore[no-untyped-call]  # it has no annotations
    return made


def _numbers(model: SendsModel) -> list[int]:
    return [send.number for send in model.sends]


def test_a_line_says_whom_when_and_what_came_of_it() -> None:
    line = send_line(SEND)
    assert (line.target, line.title, line.role) == ("Ada", "Hello", "")
    assert line.told == "1 accepted, 1 gone, 1 rejected"
    assert line.shares == (("ok", 1), ("warn", 1), ("bad", 1))
    assert retryable_of(SEND) == 1
    assert retryable_of(send(1, counts=((Outcome.REJECTED, 2), (Outcome.UNKNOWN, 3)))) == 2, "those may have arrived"
    assert left_of(SEND) == left_of(send(1, test=True, pruned=0)) == 0
    assert left_of(send(1, pruned=0)) == 1
    assert send_line(send(1, test=True, title="")).title == "test"


@pytest.mark.parametrize(
    ("more", "told", "role"),
    [
        ({"state": SendState.RUNNING, "targets": 10}, "running, 3 of 10: 1 accepted, 1 gone, 1 rejected", "accent"),
        ({"state": SendState.RUNNING, "targets": 10, "counts": ()}, "running, 0 of 10", "accent"),
        ({"state": SendState.STOPPED, "counts": ((Outcome.NOT_SENT, 3),)}, "stopped: 3 not sent", "warn"),
        (
            {"state": SendState.BROKEN_OFF, "counts": ((Outcome.UNKNOWN, 3),)},
            "broken off: 3 unknown, may have arrived",
            "warn",
        ),
        ({"counts": (), "targets": 0}, "nobody to send to", ""),
        ({"counts": ()}, "nothing was sent", ""),
    ],
)
def test_a_line_says_how_it_stands(more: dict[str, Any], told: str, role: str) -> None:
    line = send_line(send(1, **more))
    assert (line.told, line.role) == (told, role)


def test_nothing_hidden_is_in_a_line_and_nothing_endless() -> None:
    line = send_line(send(1, target="<b>\u202e" + "x" * 1_000_000, title="\x00\u2028" + "y" * 1_000_000))
    assert line.target.startswith("<b><U+202E>x")
    assert line.title.startswith("<U+0000><U+2028>y")
    assert len(line.target + line.title) < 400


def test_the_tooltip_tells_everything() -> None:
    told = send_in_full(send(12, test=True, topic="news", payload=None))
    assert told.startswith("Test 12 to Ada (3 subscriptions)\nHello\n")
    assert "TTL 60 s, normal, topic news; 21 bytes of payload, not kept" in told
    assert "nothing is pruned" in told


def test_newer_ones_come_on_top_and_older_ones_below(qtbot: QtBot) -> None:
    # The tester of models would ask for older ones itself.
    model = SendsModel()
    model.take_newest([send(3), send(2)], 2)
    assert model.rowCount() == 3
    assert model.index(0).data() == "All sends"
    assert model.index(0).data(LINE_ROLE) is None
    model.take_newest([send(4), send(3)], 2)
    assert _numbers(model) == [4, 3, 2]
    with qtbot.waitSignal(model.older_wished) as wished:
        model.fetchMore(model.index(-1))
    assert wished.args == [2]
    assert not model.canFetchMore(model.index(-1)), "asked once"
    model.take_older([send(1)], 2)
    assert _numbers(model) == [4, 3, 2, 1]
    assert not model.canFetchMore(model.index(-1)), "fewer than asked for: the end"
    assert (model.row_of(3), model.row_of(99), model.row_of(None)) == (2, 0, 0)


def test_what_a_running_send_counts_changes_where_it_stands(model: SendsModel, qtbot: QtBot) -> None:
    model.take_newest([send(2), send(1)], 5)
    assert model.index(1).data(LINE_ROLE).told == "1 accepted, 1 gone, 1 rejected"
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.take_newest([send(2, counts=((Outcome.ACCEPTED, 9),)), send(1)], 5)
    assert changed.args is not None
    assert changed.args[0].row() == 1
    assert model.index(1).data(LINE_ROLE).told == "9 accepted"


def test_what_was_forgotten_leaves(model: SendsModel) -> None:
    model.take_newest([send(3), send(2), send(1)], 5)
    model.take_newest([send(4), send(3)], 5)
    assert _numbers(model) == [4, 3]
    model.take_newest([], 5)
    assert model.rowCount() == 0


def test_more_new_ones_than_are_read_at_once_begin_anew(qtbot: QtBot) -> None:
    model = SendsModel()
    model.take_newest([send(2), send(1)], 2)
    model.take_newest([send(9), send(8)], 2)
    assert _numbers(model) == [9, 8]
    assert model.canFetchMore(model.index(-1))

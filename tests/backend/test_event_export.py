"""Events saved as JSON Lines: everything that can be parsed back, and nothing that could be sent with."""

import asyncio
import json
import stat
from pathlib import Path

import pytest

from tests.backend.desk import Desk, Town
from tests.event_samples import AT, REJECTED, SAMPLES, SECRETS, USER
from webpush_admin.backend.event_json import event_json, event_object
from webpush_admin.push import events
from webpush_admin.push.errors import PushError


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: type(event).__name__)
def test_an_event_is_one_flat_object_without_secrets(event: events.Event) -> None:
    line = event_json(event)
    made = json.loads(line)
    assert line.isascii()
    assert "\n" not in line
    assert list(made)[:3] == ["at", "event", "user_id"]
    assert (made["at"], made["event"]) == ("2026-11-22T14:22:07.114Z", type(event).__name__)
    assert not any(isinstance(value, dict) for value in made.values())
    assert not any(secret in line for secret in SECRETS)


def test_a_push_has_what_an_operator_asks_for() -> None:
    assert event_object(events.PushFinished(REJECTED, False, AT)) == {
        "at": "2026-11-22T14:22:07.114Z",
        "event": "PushFinished",
        "user_id": str(USER),
        "subscription_id": 3,
        "endpoint_masked": "fcm.googleapis.com/…wxyz",
        "outcome": "rejected",
        "status": 429,
        "diagnosis": "any-429-rate",
        "reason": "It asked for patience.",
        "elapsed_s": 0.018,
        "attempts": 3,
        "pruned": False,
        "held": False,
        "test": False,
        "resting_until": "2026-11-22T14:22:07.114Z",
    }
    read = event_object(events.StaleReadDiscarded(USER, 5, AT, 4))
    assert (read["generation"], read["read_generation"]) == (5, 4)


def test_a_saved_file_is_whole_private_and_never_the_database(town: Town, tmp_path: Path) -> None:
    async def run() -> None:
        async with Desk() as desk:
            await town.open(desk)
            path = tmp_path / "events.jsonl"
            many = SAMPLES * 50
            done = await desk.backend.events.save(many, path)
            lines = path.read_text().splitlines()
            assert (done.rows, len(lines)) == (len(many), len(many))
            assert [json.loads(line)["event"] for line in lines[: len(SAMPLES)]] == [
                type(event).__name__ for event in SAMPLES
            ]
            assert not any(secret in path.read_text() for secret in SECRETS)
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            with pytest.raises(PushError, match="exists already"):
                await desk.backend.events.save(SAMPLES, path)
            await desk.backend.events.save(SAMPLES, path, overwrite=True)
            assert len(path.read_text().splitlines()) == len(SAMPLES)
            with pytest.raises(PushError, match="is the open database"):
                await desk.backend.events.save(SAMPLES, desk.session.store.path, overwrite=True)

    asyncio.run(run())
    assert [file.name for file in tmp_path.glob(".*.part")] == []

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks import make_database
from benchmarks.database_rows import PLANTED, PLANTED_EVERY, Plan
from benchmarks.make_database import SUBJECT, make, plan_of
from benchmarks.population import BROWSERS, KEY_PAIRS, key_pair
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.push.endpoint import check_endpoint, check_keys
from webpush_admin.push.errors import InvalidSubscription
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.services import service_name
from webpush_admin.push.subscription import Subscription
from webpush_admin.store import Store
from webpush_admin.store.schema import OUTCOME_COLUMNS

PLAN = plan_of(users=400, subscriptions=4000, seed=5, until="2026-01-31")
UNUSABLE = {"cut p256dh", "cut auth", "off-curve p256dh"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "made.db"
    make(path, PLAN)
    return path


@pytest.fixture(scope="module")
def rows(path: Path) -> dict[int, Subscription]:
    store = Store.open(f"sqlite:///{path}")
    try:
        found = store.subscriptions(range(1, PLAN.subscriptions + 1))
    finally:
        store.close()
    return {row.subscription.id or 0: row.subscription for row in found}


def asked(path: Path, question: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()


def planted(kind: str) -> list[int]:
    places = [place for place, what in PLANTED.items() if what == kind]
    return [start + place for start in range(0, PLAN.subscriptions, PLANTED_EVERY) for place in places]


def test_the_application_opens_it_as_its_own(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    try:
        assert store.counts()[1] == PLAN.subscriptions
        store.vapid_keys().check()
        assert store.setting("vapid_subject") == SUBJECT
    finally:
        store.close()


def test_it_has_the_tables_and_indexes_that_the_store_makes(path: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours.db"
    Store.open(f"sqlite:///{ours}").close()

    def schema(path: Path) -> set[str]:
        found = asked(path, "SELECT type, name, tbl_name, sql FROM sqlite_schema")
        return {" ".join(" ".join(map(str, row)).split()) for row in found}

    assert schema(path) == schema(ours)
    assert asked(path, "PRAGMA journal_mode") == asked(ours, "PRAGMA journal_mode") == [("wal",)]
    assert asked(path, "PRAGMA integrity_check") == [("ok",)]
    assert asked(path, "PRAGMA foreign_key_check") == []


def test_only_we_can_read_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_nothing_is_wrong_with_passes_the_validator(rows: dict[int, Subscription]) -> None:
    for number, row in rows.items():
        if number % PLANTED_EVERY not in PLANTED:
            check_endpoint(row.endpoint, EndpointPolicy())
            check_keys(row.p256dh, row.auth)
            assert service_name(row.host) != row.host
            assert row.last_success_at is None or (row.created_at and row.created_at <= row.last_success_at)


def test_keys_repeat_as_it_is_told(rows: dict[int, Subscription]) -> None:
    assert rows[2].p256dh == key_pair(PLAN.seed, 2 % KEY_PAIRS).public_key
    assert len({row.auth for row in rows.values()}) == PLAN.subscriptions


def test_keys_are_planted_that_cannot_be_used(rows: dict[int, Subscription]) -> None:
    for kind in UNUSABLE:
        for number in planted(kind):
            with pytest.raises(InvalidSubscription):
                check_keys(rows[number].p256dh, rows[number].auth)


def test_endpoints_are_planted_that_tell(rows: dict[int, Subscription]) -> None:
    assert all(rows[number].host.endswith(".invalid") for number in planted("removed"))
    assert all(service_name(rows[number].host) == rows[number].host for number in planted("unknown host"))
    assert {len(rows[number].endpoint) for number in planted("cut endpoint")} == {80, 100, 128}
    for number in planted("shared endpoint"):
        owners = {row.user_id for row in rows.values() if row.endpoint == rows[number].endpoint}
        assert len(owners) > 1


def test_a_browser_comes_twice_to_a_user_where_it_is_planted(path: Path) -> None:
    twice = asked(path, "SELECT count(*) FROM subscriptions GROUP BY user_id, user_agent HAVING count(*) > 1")
    assert 0 < len(twice) < 2 * len(planted("same browser"))
    agents = {agent for browser in BROWSERS for agent in browser.agents}
    assert {agent for (agent,) in asked(path, "SELECT DISTINCT user_agent FROM subscriptions")} - {None} <= agents


def test_what_is_idle_was_accepted_270_days_ago_at_last(path: Path) -> None:
    idle = asked(path, f"SELECT id FROM subscriptions WHERE last_success_at < {PLAN.until_ms} - 270 * 86400000")
    assert idle
    assert {number for (number,) in idle} <= set(planted("idle"))


def test_the_same_seed_makes_the_same_rows_and_another_others(path: Path, tmp_path: Path) -> None:
    def everything(path: Path) -> list[Any]:
        return [asked(path, f"SELECT * FROM {table}") for table in ("users", "subscriptions", "vapid_keys")]

    make(tmp_path / "again.db", PLAN)
    make(tmp_path / "other.db", Plan(PLAN.users, PLAN.subscriptions, PLAN.seed + 1, PLAN.until_ms))
    assert everything(tmp_path / "again.db") == everything(path)
    other = everything(tmp_path / "other.db")
    assert all(mine != theirs for mine, theirs in zip(everything(path), other, strict=True))


def test_a_history_adds_up(tmp_path: Path) -> None:
    made = tmp_path / "history.db"
    make(made, plan_of(users=20, subscriptions=200, until="2026-01-31", deliveries=3000))
    assert asked(made, "SELECT count(*) FROM deliveries") == [(3000,)]
    outcomes = " + ".join(OUTCOME_COLUMNS)
    counted = (
        f"SELECT count(*) FROM sends WHERE intended <> {outcomes} OR intended <> targets "
        "OR intended <> (SELECT count(*) FROM deliveries WHERE send = sends.id) "
        "OR gone <> (SELECT count(*) FROM deliveries WHERE send = sends.id AND outcome = 1) "
        "OR pruned <> (SELECT sum(pruned) FROM deliveries WHERE send = sends.id)"
    )
    assert asked(made, counted) == [(0,)]
    assert asked(made, "PRAGMA foreign_key_check") == []
    strangers = "SELECT count(*) FROM deliveries WHERE NOT EXISTS (SELECT 1 FROM requests WHERE id = request)"
    assert asked(made, strangers) == [(0,)]
    # What the application says of each is known.
    rules = {rule for (rule,) in asked(made, "SELECT DISTINCT rule FROM deliveries WHERE outcome <> 0")}
    assert len(rules) > 5
    assert all(diagnosis_called(rule) for rule in rules)


def test_one_line_is_printed_and_progress_told_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [str(tmp_path / "small.db"), "--users", "3", "--subscriptions", "20"]
    assert make_database.main(arguments) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert (found["users"], found["subscriptions"]) == (3, 20)
    assert "20 of 20 subscriptions" in printed.err


def test_a_file_that_exists_is_left_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "there.db").write_text("mine")
    assert make_database.main([str(tmp_path / "there.db"), "--users", "1", "--subscriptions", "1"]) == 2
    assert (tmp_path / "there.db").read_text() == "mine"
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ["--users", "0"],
        ["--users", "-1"],
        ["--until", "someday"],
        ["--users", "1", "--subscriptions", "0", "--deliveries", "1"],
    ],
    ids=["nobody", "negative", "no day", "nobody to deliver to"],
)
def test_what_cannot_be_made_is_told_and_nothing_is_left(
    wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make_database.main([str(tmp_path / "none.db"), *wrong]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_half_made_one_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(make_database, "_shares", fail)
    with pytest.raises(OSError, match="No space left"):
        make(tmp_path / "half.db", plan_of(users=1, subscriptions=1))
    assert list(tmp_path.iterdir()) == []

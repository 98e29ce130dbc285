"""`webpush-admin send`: to a real push service, line by line."""

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from urllib.request import urlopen
from uuid import UUID

import pytest

from tests.backend.desk import Town
from tests.send_desk import arguments
from webpush_admin.cli import WRONG_USE, main
from webpush_admin.cli.send_lines import Lines
from webpush_admin.cli.sending import NOT_ALL_ACCEPTED
from webpush_admin.cli.terminal import INTERRUPTED, TerminalWork
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store
from webpush_admin.store.cancel import Cancel

ROOT: Final = Path(__file__).parents[1]
KEYS: Final = {
    "subscription",
    "user",
    "host",
    "tail",
    "status",
    "outcome",
    "diagnosis",
    "action",
    "reason",
    "elapsed_ms",
    "attempts",
    "pruned",
    "held",
}
PROGRAM: Final = """
import sys
from webpush_admin.cli import main
code = main(sys.argv[1:])
print("window loaded:", "PySide6" in sys.modules, file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest.fixture
def town(tmp_path: Path, sandbox: Sandbox) -> Town:
    return Town(tmp_path / "push.db", sandbox)


def spawned(town: Town, *more: str, **settings: Any) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments(town, *more)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **{"stdout": subprocess.PIPE, **settings},
    )


def subscriptions(town: Town) -> int:
    store = Store.open(town.url)
    try:
        return store.counts()[1]
    finally:
        store.close()


def secrets(town: Town, user_id: UUID) -> list[str]:
    """Return what must never be told: tokens of endpoints, keys of browsers, the private key."""
    store = Store.open(town.url)
    try:
        rows = store.subscriptions_of(user_id)
        found = [row.endpoint.rpartition("/")[2] for row in rows]
        return [*found, *(row.auth for row in rows), *(row.p256dh for row in rows), store.vapid_keys().private_key]
    finally:
        store.close()


def test_every_endpoint_has_its_line_and_the_summary_is_the_last_one(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.GONE, Temper.FORBIDDEN)
    hidden = secrets(town, user_id)
    process = spawned(town, "--user-id", str(user_id), "--title", "Zoë", "--body", "B", "--json")
    printed, told = process.communicate(timeout=60)
    assert process.returncode == NOT_ALL_ACCEPTED, told
    *lines, last = [json.loads(line) for line in printed.splitlines()]
    assert all(set(line) == KEYS for line in lines)
    by_status = {line["status"]: line for line in lines}
    assert set(by_status) == {201, 410, 403}
    assert {line["user"] for line in lines} == {str(user_id)}
    assert {line["host"] for line in lines} == {"127.0.0.1"}
    assert by_status[201]["outcome"] == "accepted"
    assert by_status[201]["elapsed_ms"] > 0
    assert by_status[410]["pruned"] is True
    assert by_status[410]["action"] == "prune"
    assert by_status[403]["outcome"] == "rejected"
    assert by_status[403]["diagnosis"]
    assert by_status[403]["reason"]
    summary = last["summary"]
    assert (summary["targets"], summary["accepted"], summary["gone"], summary["pruned"]) == (3, 1, 1, 1)
    assert summary["failed"] == 1
    assert summary["send"] == 1
    assert subscriptions(town) == 2
    # For people there is one sentence more, and no window was loaded for it.
    assert "Accepted 1 of 3, 1 gone (1 deleted), 1 failed" in told
    assert "window loaded: False" in told
    for secret in hidden:
        assert secret not in printed + told
    assert "eyJ" not in printed + told


def test_all_accepted_is_success(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    town.add_users([[Temper.CREATED, Temper.CREATED], [Temper.CREATED]])
    assert main(arguments(town, "--all", "--title", "T", "--ttl", "5", "--urgency", "low", "--topic", "news")) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert len(lines) == 3
    assert all(re.match(r"127\.0\.0\.1/….{4}  201 accepted  [\d,]+ ms", line) for line in lines), lines
    assert "Accepted 3 of 3; " in printed.err
    newest = town.sandbox.inbox(after=max(0, town.sandbox.counts().received - 1))[-1]
    assert (newest.ttl_s, newest.urgency, newest.topic) == (5, "low", "news")


def test_a_test_of_one_prunes_nothing(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    town.add_user(Temper.CREATED, Temper.GONE)
    for ids, code in ((["1"], 0), (["2", "2"], NOT_ALL_ACCEPTED)):
        chosen = [part for number in ids for part in ("--subscription-id", number)]
        assert main(arguments(town, *chosen, "--title", "T")) == code
        assert len(capsys.readouterr().out.splitlines()) == 1
    assert subscriptions(town) == 2


def test_a_payload_is_sent_as_it_stands(
    town: Town, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    town.add_user(Temper.CREATED)
    payload = '{"web_push": 8030, "notification": {"title": "Zoë"}}'
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(payload.encode())))
    assert main(arguments(town, "--subscription-id", "1", "--payload", "-")) == 0
    newest = town.sandbox.inbox(after=max(0, town.sandbox.counts().received - 1))[-1]
    assert newest.payload == payload


def test_a_dry_run_tells_everything_and_sends_nothing(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    user_id = town.add_user(Temper.CREATED, Temper.CREATED)
    hidden = secrets(town, user_id)
    assert main(arguments(town, "--all", "--title", "Dry", "--dry-run")) == 0
    told = capsys.readouterr().out
    assert "Would be sent to 2 endpoints; nothing was sent." in told
    assert "TTL: 60" in told
    assert '"title":"Dry"' in told
    assert main(arguments(town, "--user-id", str(user_id), "--title", "Dry", "--dry-run", "--json")) == 0
    found = json.loads(capsys.readouterr().out)["dry_run"]
    assert (found["targets"], found["problem"]) == (2, "")
    assert json.loads(found["request"]["jwt_claims"])["aud"] == town.sandbox.origin
    assert not any(secret in told + json.dumps(found) for secret in hidden)
    assert town.arrived() == (0, 0, 0, 0, 0)


def test_where_many_are_gone_at_once_their_rows_stay_until_they_are_asked_for(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    town.add_users([[Temper.GONE], *([Temper.CREATED, Temper.GONE] for _ in range(20))])
    assert main(arguments(town, "--all", "--title", "T", "--json")) == NOT_ALL_ACCEPTED
    printed = capsys.readouterr()
    *lines, last = [json.loads(line) for line in printed.out.splitlines()]
    held = last["summary"]["held"]
    assert held > 0
    assert sum(line["held"] for line in lines) == held
    assert f"{held} are gone, but were kept" in printed.err
    assert subscriptions(town) == 20 + held
    assert main(arguments(town, "--all", "--title", "T", "--json", "--prune-held")) == NOT_ALL_ACCEPTED
    printed = capsys.readouterr()
    assert json.loads(printed.out.splitlines()[-1])["summary"]["held"] == 0
    assert "were kept" not in printed.err
    assert subscriptions(town) == 20


def test_ctrl_c_stops_and_tells_what_was_not_sent(town: Town) -> None:
    # More that answer slowly than can be under way at once.
    town.add_users([[Temper.CREATED], *([Temper.SLOW] for _ in range(300))])
    process = spawned(town, "--all", "--title", "T", "--json", "--metrics", "0")
    assert process.stdout is not None
    assert process.stderr is not None
    first = json.loads(process.stdout.readline())
    assert first["status"] == 201
    metrics = re.search(r"http://127\.0\.0\.1:\d+/metrics", process.stderr.readline())
    assert metrics is not None
    with urlopen(metrics[0]) as answer:
        assert b"webpush_admin_pushes_in_flight" in answer.read()
    process.send_signal(signal.SIGINT)
    printed, told = process.communicate(timeout=30)
    assert process.returncode == INTERRUPTED, told
    summary = json.loads(printed.splitlines()[-1])["summary"]
    assert summary["stopped"] is True
    assert summary["not_sent"] > 0
    assert summary["targets"] == 301
    assert re.search(r"Stopped: Accepted \d+ of 301, .*\d+ not sent; ", told), told
    assert "Traceback" not in told


def test_a_reader_that_goes_away_is_told_once(town: Town) -> None:
    town.add_user(Temper.CREATED)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        process = spawned(town, "--all", "--title", "T", stdout=writing)
        _, told = process.communicate(timeout=60)
    finally:
        os.close(writing)
    assert process.returncode == WRONG_USE
    assert told.startswith("webpush-admin: Standard output was closed: ")
    assert "Traceback" not in told


def test_lines_stand_above_the_bar_of_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    work = TerminalWork(Cancel(), "Sending")
    lines = Lines(work, lambda: None)
    work.advance(1, 2)
    lines.put("one")
    lines.end()
    work.end()
    bar = "Sending: [###############...............]  50%  1 of 2"
    assert capsys.readouterr() == ("one\n", f"\r\x1b[K{bar}\r\x1b[K{bar}\r\x1b[K")

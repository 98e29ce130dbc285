"""`webpush-admin send` where nothing can be sent: wrong use, nobody, and what it must not send to."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.backend.desk import Town
from tests.send_desk import arguments, sentence
from webpush_admin.cli import WRONG_USE, main
from webpush_admin.cli.sending import NOT_ALL_ACCEPTED
from webpush_admin.push.message import MAX_PAYLOAD_BYTES
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


@pytest.fixture
def town(tmp_path: Path, sandbox: Sandbox) -> Town:
    return Town(tmp_path / "push.db", sandbox)


def test_an_ambiguous_name_lists_the_ids(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store.open(town.url)
    ids = [store.add_user("Ada").id for _ in range(3)]
    store.close()
    assert main(arguments(town, "--user", "Ada", "--title", "T")) == WRONG_USE
    told = sentence(capsys)
    assert all(str(user_id) in told for user_id in ids)
    assert town.arrived() == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--user", "Nobody", "--title", "T"], "no user with exactly this name"),
        (["--user-id", str(uuid4()), "--title", "T"], "no user with this id"),
        (["--subscription-id", "4711", "--title", "T"], "no subscription with the id 4711"),
        (["--all", "--title", "T", "--ttl", "-1"], "The TTL must be"),
        (["--all", "--title", "T", "--topic", "a b"], "The topic must be"),
        (["--all", "--title", "T" * (MAX_PAYLOAD_BYTES + 1)], f"a push carries at most {MAX_PAYLOAD_BYTES}"),
        (["--all", "--payload", "missing.json"], "missing.json cannot be read"),
        (["--all", "--title", "T", "--ca-file", "missing.pem"], "missing.pem, cannot be read"),
    ],
)
def test_wrong_use_sends_nothing(town: Town, capsys: pytest.CaptureFixture[str], options: list[str], told: str) -> None:
    town.add_user(Temper.CREATED)
    assert main(arguments(town, *options)) == WRONG_USE
    assert told in sentence(capsys)
    assert town.arrived() == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--title", "T"], "--subscription-id --all is required"),
        (["--all", "--user", "Ada", "--title", "T"], "not allowed with"),
        (["--all"], "Give --title, or --payload"),
        (["--all", "--payload", "-", "--body", "B"], "leave --title, --body"),
        (["--all", "--title", "T", "--allow-loopback", "0"], "a port is a number from 1 to 65535"),
        (["--all", "--title", "T", "--metrics", "80"], "a number from 1024 to 65535, or 0"),
        (["--subscription-id", "one", "--title", "T"], "is a whole number"),
        (["--all", "--title", "T", "--urgency", "now"], "invalid choice"),
    ],
)
def test_arguments_are_told_in_one_sentence(capsys: pytest.CaptureFixture[str], options: list[str], told: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["send", "--database", "sqlite:///push.db", *options])
    assert stopped.value.code == WRONG_USE
    assert told in sentence(capsys)


def test_a_port_for_the_metrics_that_somebody_has_sends_nothing(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    town.add_user(Temper.CREATED)
    taken = str(town.sandbox.port)
    assert main(arguments(town, "--all", "--title", "T", "--metrics", taken)) == WRONG_USE
    assert f"another program has port {taken}" in sentence(capsys)
    assert town.arrived() == (0, 0, 0, 0, 0)


def test_without_a_subject_nothing_can_be_sent(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    town.add_user(Temper.CREATED)
    assert main(["send", "--database", town.url, "--all", "--title", "T"]) == WRONG_USE
    assert "VAPID subject" in sentence(capsys)


def test_this_machine_is_not_sent_to_unless_its_port_was_asked_for(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    user_id = town.add_user(Temper.CREATED)
    port = town.sandbox.port
    for more in ([], ["--allow-loopback", str(port + 1 if port < 65_535 else port - 1)]):
        usual = ["send", "--database", town.url, "--subject", "mailto:ops@example.org", "--title", "T", "--json"]
        assert main([*usual, "--user-id", str(user_id), *more]) == NOT_ALL_ACCEPTED
        assert json.loads(capsys.readouterr().out.splitlines()[0])["outcome"] == "blocked"
    assert town.arrived() == (0, 0, 0, 0, 0)


def test_nobody_to_send_to_is_no_success(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    user_id = town.add_user()
    assert main(arguments(town, "--user-id", str(user_id), "--title", "T")) == NOT_ALL_ACCEPTED
    assert "There are no subscriptions" in sentence(capsys)

"""Snippets: their code does what it says in a browser, servers' settings are read as keys, and none says anything else.

Runs on: any
"""

import ast
import asyncio
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.backend.desk import SUBJECT, Desk
from webpush_admin.backend.key_records import Snippet
from webpush_admin.backend.key_snippets import EXAMPLE, PRIVATE_KEY, key_snippets
from webpush_admin.push.errors import InvalidKeys, StoreError
from webpush_admin.push.key_formats import EnvStyle, KeyFormat, read_keys, write_keys
from webpush_admin.push.message import Action, Message
from webpush_admin.push.vapid import VapidKeys

KEYS = VapidKeys.generate()
OLD = VapidKeys.generate().public_key
BROWSER = Path(__file__).parents[1] / "data" / "browser.js"
SNIPPETS = {snippet.name: snippet for snippet in key_snippets(KEYS.public_key, SUBJECT)}
STYLES = {
    "Laravel": EnvStyle.PLAIN,
    "Rails": EnvStyle.RAILS,
    "Mastodon": EnvStyle.MASTODON,
    "ntfy": EnvStyle.NTFY,
    "Coder": EnvStyle.CODER,
}


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed: nothing here can run JavaScript")
    return found


class Browser:
    """Runs a snippet in node, and tells what it did."""

    def __init__(self, node: str, folder: Path, snippet: Snippet) -> None:
        self._node = node
        self._script = folder / "script.js"
        self._script.write_text(snippet.text, encoding="utf-8")

    def does(self, *events: tuple[str, Any], held: str = "", permission: str = "default", **more: Any) -> Any:
        options = {"held": held, "permission": permission, "answer": "granted", "does": events, **more}
        command = [self._node, str(BROWSER), str(self._script), json.dumps(options)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert not done.returncode, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def page(node: str, tmp_path: Path) -> Browser:
    return Browser(node, tmp_path, SNIPPETS["Page that subscribes"])


@pytest.fixture
def worker(node: str, tmp_path: Path) -> Browser:
    return Browser(node, tmp_path, SNIPPETS["Service worker"])


def test_the_page_asks_on_a_click_and_tells_the_server(page: Browser) -> None:
    assert page.does() == []
    endpoint = f"https://push.example/{KEYS.public_key[-4:]}"
    assert page.does(("click", None)) == [
        ["ask"],
        ["register", "/service-worker.js"],
        ["subscribe", True, KEYS.public_key],
        ["POST", "/push-subscriptions", {"endpoint": endpoint, "keys": {}, "replaces": None}],
    ]
    assert page.does(("click", None), answer="denied") == [
        ["ask"],
        ["error", "Not subscribed: Error: Notifications are not allowed."],
    ]


def test_a_subscription_of_another_key_is_replaced_and_one_of_this_key_is_told_again(page: Browser) -> None:
    former = f"https://push.example/{OLD[-4:]}"
    replacing = ["ask", "register", "unsubscribe", "subscribe", "POST"]
    for told in (
        page.does(("click", None), held=OLD),
        # After a rotation nobody need click: the permission is there.
        page.does(held=OLD, permission="granted"),
    ):
        assert [one[0] for one in told] == replacing
        assert told[2] == ["unsubscribe", former]
        assert told[4][2]["replaces"] == former
    assert [one[0] for one in page.does(("click", None), held=KEYS.public_key)] == ["ask", "register", "POST"]
    # Whose subscription is well, and who has taken the permission away, is left alone.
    assert page.does(held=KEYS.public_key, permission="granted") == []
    assert page.does(held=OLD, permission="denied") == []
    assert page.does(permission="granted") == []
    assert page.does(("click", None), fails=True)[-1] == ["error", "Not subscribed: Error: The server answered 500."]


def test_the_service_worker_shows_whatever_arrives(worker: Browser) -> None:
    fields = Message("Sale", body="Now", icon="/i.png", url="/sale", actions=(Action("Look", "/look"),))
    look = Action("Look", "https://shop.example/look")
    declarative = Message("Sale", url="https://shop.example/sale", declarative=True, actions=(look,))
    pushes = (fields.payload().decode(), declarative.payload().decode(), "just words", None)
    told = worker.does(*(("push", push) for push in pushes))
    assert [(one[0], one[1]) for one in told] == [
        ("show", "Sale"),
        ("show", "Sale"),
        ("show", "just words"),
        ("show", "News"),
    ]
    assert told[0][2]["body"] == "Now"
    assert [one[2]["data"]["url"] for one in told] == ["/sale", "https://shop.example/sale", "/", "/"]
    assert told[0][2]["actions"] == [{"action": "/look", "title": "Look"}]
    assert told[1][2]["actions"] == [{"action": look.url, "title": "Look"}]


def test_the_service_worker_opens_what_is_clicked_and_renews_what_expired(worker: Browser) -> None:
    assert worker.does(("notificationclick", ["", "/open"]), ("notificationclick", ["/look", "/open"])) == [
        ["close"],
        ["focus"],
        ["close"],
        ["open", "https://shop.example/look"],
    ]
    told = worker.does(("pushsubscriptionchange", "https://push.example/former"), held=OLD)
    assert told[0] == ["subscribe", True, KEYS.public_key]
    assert told[1][2]["replaces"] == "https://push.example/former"


def test_the_senders_can_be_read_by_those_who_run_them(node: str) -> None:
    script = SNIPPETS["Node: web-push"].text
    subprocess.run([node, "--check", "-"], input=script, text=True, timeout=30, check=True)
    ast.parse(SNIPPETS["Python: pywebpush"].text)
    for text in (script, SNIPPETS["Python: pywebpush"].text):
        assert SUBJECT in text
        assert KEYS.public_key in text


@pytest.mark.parametrize("name", STYLES)
def test_settings_are_what_an_export_writes_once_the_private_key_is_in_them(name: str) -> None:
    text = SNIPPETS[name].text
    assert text.count(PRIVATE_KEY) == 1
    found = read_keys(text.replace(PRIVATE_KEY, KEYS.private_key).encode())
    assert found.keys == KEYS
    written = write_keys(KEYS, KeyFormat.ENV, subject=SUBJECT, style=STYLES[name]).decode()
    again = read_keys(written.encode())
    assert (found.subject, found.form) == (again.subject, again.form)
    with pytest.raises(InvalidKeys):
        read_keys(text.encode())


def test_every_snippet_is_filled_in_and_says_what_to_do_with_it() -> None:
    assert len(SNIPPETS) == 9
    for snippet in SNIPPETS.values():
        assert KEYS.public_key in snippet.text
        assert KEYS.private_key not in snippet.text
        assert "__" not in snippet.text.replace("__init__", "")
        assert snippet.note.endswith(".")


@pytest.mark.parametrize(
    "subject", ['mailto:"x"@y.z', "https://a.example/'; DROP TABLE x; --", "mailto:a@b.c\n", "", "__PRIVATE_KEY__"]
)
def test_a_subject_that_would_need_quotes_is_left_to_be_filled_in(subject: str) -> None:
    usual = {snippet.text for snippet in key_snippets(KEYS.public_key, EXAMPLE)}
    assert {snippet.text for snippet in key_snippets(KEYS.public_key, subject)} == usual


@pytest.mark.parametrize(
    "public_key",
    ["", '"; alert(1); "', "A" * 87, "__SUBJECT__", KEYS.public_key + '";'],
    # The last one is another in each process: tests that run two at a time must have the same names.
    ids=["nothing", "code", "no point", "a mark", "more than a key"],
)
def test_a_public_key_that_is_none_gives_no_snippet(public_key: str) -> None:
    with pytest.raises(InvalidKeys, match="no page can subscribe"):
        key_snippets(public_key, SUBJECT)


def test_the_backend_fills_in_the_pair_that_is_asked_for(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Desk() as desk:
            await desk.backend.open(f"sqlite:///{tmp_path / 'push.db'}", create=True, subject=SUBJECT)
            added = await desk.backend.keys.generate("spare")
            told = await desk.backend.keys.exchange.snippets(added.pair.id)
            assert all(added.pair.public_key in snippet.text for snippet in told)
            assert SUBJECT in told[2].text
            with pytest.raises(StoreError, match="no such key pair"):
                await desk.backend.keys.exchange.snippets(4711)

    asyncio.run(scenario())

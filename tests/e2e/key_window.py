"""The same day in the window: keys are unlocked, shown, copied and moved, all is saved, and things go wrong.

Runs on: GUI thread
"""

import json
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.e2e.key_day import OTHER_PASSPHRASE, PASSPHRASE, SUBJECT, Day, look, pem_of
from tests.gui.dialogs.key_dialogs import told_anywhere
from tests.keyring_file import KeyringFile
from webpush_admin.backend.backend import Backend
from webpush_admin.backend.key_records import KeyAdded, KeyInput, KeyPairInfo, KeysInfo, RotationPlan
from webpush_admin.gui.dialogs.export_keys import ExportKeysDialog
from webpush_admin.gui.dialogs.keep_keys import KeepKeysDialog
from webpush_admin.gui.dialogs.reveal_key import RevealKeyDialog
from webpush_admin.gui.dialogs.unlock_keys import UnlockKeysDialog
from webpush_admin.gui.main_window import MainWindow
from webpush_admin.push.errors import PushError
from webpush_admin.push.key_formats import KeyFormat, read_keys, write_keys
from webpush_admin.push.message import Message
from webpush_admin.push.secret import Secret
from webpush_admin.push.vapid import Authorizations, VapidKeys
from webpush_admin.store.history_rows import DeliveryQuery
from webpush_admin.store.key_rows import Home, KeepIn

Told = TypeVar("Told")

DEADLINE_MS: Final = 10_000
_HELLO: Final = Message(title="Hello")


class Window:
    """The window on the database of the day."""

    def __init__(self, qtbot: QtBot, window: MainWindow, day: Day, port: int) -> None:
        self.window, self.context = window, window.context
        self._qtbot = qtbot
        window.resize(1280, 800)
        window.show()
        window.activateWindow()
        self.context.bridge.start()
        self.context.notice.connect(lambda kind, text: day.note("notices.txt", kind, text))
        self.events: list[Any] = []
        self.context.events.connect(self.events.extend)
        info = self.ask(lambda backend: backend.open(day.url, create=False, loopback_port=port))
        self.context.set_database(info)

    def ask(self, make: Callable[[Backend], Coroutine[Any, Any, Told]]) -> Told:
        answers: list[Told] = []
        failed: list[str] = []
        self.context.ask(make, answers.append, failed.append)
        self._qtbot.waitUntil(lambda: bool(answers or failed), timeout=DEADLINE_MS)
        assert not failed, failed
        return answers[0]

    def refused(self, make: Callable[[Backend], Coroutine[Any, Any, object]], day: Day) -> None:
        """Ask for what must be refused, and keep how."""

        async def tried(backend: Backend) -> BaseException:
            try:
                await make(backend)
            except PushError as error:
                return error
            raise AssertionError("it was not refused")

        error = self.ask(tried)
        day.note("notices.txt", error)
        day.crash(error)

    def pair(self, public_key: str) -> KeyPairInfo:
        info: KeysInfo = self.ask(lambda backend: backend.keys.info())
        return next(pair for pair in info.pairs if pair.public_key == public_key)

    def until(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=DEADLINE_MS)

    def wait(self, signal: Any, act: Callable[[], object]) -> None:
        with self._qtbot.waitSignal(signal, timeout=DEADLINE_MS):
            act()


def in_the_window(seen: Window, day: Day, expected: dict[str, set[str]]) -> dict[str, set[str]]:
    """Unlock, show, copy, write, move, send, and save whatever can be saved; return where each secret is by then."""
    context, window = seen.context, seen.window
    info: KeysInfo = seen.ask(lambda backend: backend.keys.info())
    pair = seen.pair(info.public_key)
    window.show_view("keys")
    keep = KeepKeysDialog(context, window, pair, seen.ask(lambda backend: backend.keys.keeping.keyring_name()))
    keep.open()
    keep.in_file.setChecked(True)
    keep.file.path.setText(str(day.work / "again.pem"))
    for field in (keep.passphrase.first, keep.passphrase.again):
        field.line.setText(PASSPHRASE)
    seen.wait(keep.kept, keep.action_button.click)
    expected = {**expected, "first": expected["first"] - {"keyring.json"}}
    look([day.work.parent], day, expected)
    seen.ask(lambda backend: backend.keys.keeping.lock())
    pair = seen.pair(info.public_key)
    assert pair.locked
    unlock = UnlockKeysDialog(context, window, pair)
    unlock.open()
    unlock.passphrase.line.setText(PASSPHRASE)
    seen.wait(unlock.unlocked, unlock.action_button.click)
    reveal = RevealKeyDialog(context, window, pair)
    reveal.open()
    reveal.activateWindow()
    seen.until(reveal.isActiveWindow)
    reveal.action_button.click()
    reveal.alone.click()
    seen.wait(reveal.revealed, reveal.action_button.click)
    reveal.copy_button.click()
    reveal.copy_button.click()
    clipboard = QGuiApplication.clipboard()
    (first,) = (hidden for hidden in day.hidden if hidden.name == "first")
    assert first.is_in(clipboard.text().encode()), "else nothing was looked at"
    day.note("shown.txt", told_anywhere(window), told_anywhere(reveal))
    reveal.reject()
    assert context.secret_clipboard.timer.interval() == 30_000
    context.secret_clipboard.timer.timeout.emit()
    day.note("shown.txt", clipboard.text())

    export = ExportKeysDialog(context, window, pair)
    export.open()
    export.file.path.setText(str(day.work / "window.pem"))
    for field in (export.passphrase.first, export.passphrase.again):
        field.line.setText(OTHER_PASSPHRASE)
    seen.wait(export.exported, export.action_button.click)
    back = KeepKeysDialog(context, window, pair, "")
    back.open()
    back.in_database.setChecked(True)
    seen.wait(back.kept, back.action_button.click)
    expected = {**expected, "first": expected["first"] | {"work/push.db"}}

    summary = seen.ask(lambda backend: backend.sending.to_all(_HELLO))
    sends = seen.ask(lambda backend: backend.history.sends(10))
    report = seen.ask(lambda backend: backend.keys.checks.check())
    snippets = seen.ask(lambda backend: backend.keys.exchange.snippets(pair.id))
    revealed = seen.ask(lambda backend: backend.keys.exchange.reveal(pair.id))
    token = Secret(Authorizations(VapidKeys(pair.public_key, revealed.private_key.text), SUBJECT).header("https://a.b"))
    taken_apart = seen.ask(lambda backend: backend.keys.checks.token(token))
    day.note("records.txt", summary, sends, report, snippets, revealed, taken_apart, pair, seen.pair(pair.public_key))
    day.note("records.txt", KeyInput(text=revealed.private_key, passphrase=Secret(PASSPHRASE)), token)
    day.note("records.txt", KeepIn(Home.FILE, day.work, Secret(PASSPHRASE)), read_keys(pem_of(day)), seen.events)
    seen.ask(lambda backend: backend.history.export(DeliveryQuery(), day.told / "history.csv", "csv"))
    seen.ask(lambda backend: backend.history.export(DeliveryQuery(), day.told / "history.json", "json"))
    timed = [event for event in seen.events if hasattr(event, "at")]
    assert timed
    seen.ask(lambda backend: backend.events.save(timed, day.told / "events.jsonl"))
    for view in ("live", "history", "send", "keys"):
        window.show_view(view)
        day.note("shown.txt", told_anywhere(window))
    QSettings("webpush-admin", "webpush-admin").sync()
    return expected


def have_refused(seen: Window, day: Day, keyring_file: KeyringFile) -> None:
    """Have things go wrong while secrets are at hand, and keep what a crash report would have of it."""
    keys = read_keys(pem_of(day)).keys
    other = VapidKeys.generate()
    number = seen.pair(keys.public_key).id
    day.fails(PushError, lambda: Authorizations(VapidKeys(other.public_key, keys.private_key), SUBJECT))
    day.fails(PushError, lambda: Authorizations(VapidKeys(keys.public_key, f"{keys.private_key}!"), SUBJECT))
    day.fails(PushError, lambda: write_keys(VapidKeys(other.public_key, keys.private_key), KeyFormat.PEM))
    mixed = json.dumps({"publicKey": other.public_key, "privateKey": keys.private_key})
    for text in (
        mixed,
        f"VAPID_PRIVATE_KEY={keys.private_key[:-3]}",
        f"my key {keys.private_key}",
        pem_of(day).decode(),
    ):
        seen.refused(partial(_add, KeyInput(text=Secret(text), passphrase=Secret(PASSPHRASE))), day)
    encrypted = KeyInput(path=day.work / "encrypted.pem", passphrase=Secret(OTHER_PASSPHRASE))
    seen.refused(lambda backend: backend.keys.exchange.add(encrypted), day)
    there = day.work / "keys.pem"
    passphrase = Secret(PASSPHRASE)
    seen.refused(
        lambda backend: backend.keys.exchange.export(number, KeyFormat.PKCS8, there, passphrase=passphrase), day
    )
    for form in (KeyFormat.RAW, KeyFormat.PEM):
        seen.refused(partial(_export, number, form, there), day)
        seen.refused(partial(_export, number, form, day.work / "nowhere" / "keys"), day)
    seen.refused(lambda backend: backend.keys.keeping.keep(number, KeepIn(Home.FILE, there, passphrase)), day)
    seen.refused(lambda backend: backend.keys.rotation.rotate(RotationPlan(10**6, day.work / "never.db")), day)
    keyring_file.refuse("PasswordSetError")
    where = KeepIn(Home.KEYRING)
    inactive = next(pair for pair in seen.ask(lambda backend: backend.keys.info()).pairs if pair.home is Home.DATABASE)
    seen.refused(lambda backend: backend.keys.keeping.keep(inactive.id, where), day)
    keyring_file.refuse("")
    log = logging.getLogger("webpush_admin.gui.app")
    try:
        keys.check()
        raise ValueError(f"{keys!r} of {encrypted!r}")
    except ValueError:
        log.exception("Unexpected, in the window: %s %s.", keys, Secret(PASSPHRASE))


async def _export(number: int, form: KeyFormat, path: Path, backend: Backend) -> Path:
    return await backend.keys.exchange.export(number, form, path)


async def _add(source: KeyInput, backend: Backend) -> KeyAdded:
    return await backend.keys.exchange.add(source)

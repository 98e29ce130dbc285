"""`webpush-admin vapid`: what the window's view of the keys does, without a window.

Runs on: any (each verb: its own loop, on the main thread)
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from webpush_admin.backend.key_records import KeyAdded, KeyInput, Severity
from webpush_admin.cli import vapid_lines as lines
from webpush_admin.cli.arguments import check_database
from webpush_admin.cli.passphrases import FROM_FILE, Passphrases
from webpush_admin.cli.terminal import told
from webpush_admin.cli.vapid_arguments import STANDARD_STREAM, UNLOCKING, parse
from webpush_admin.cli.vapid_desk import VapidDesk
from webpush_admin.cli.vapid_rotation import kept_in, rotate, undo_rotation
from webpush_admin.push.errors import PushError
from webpush_admin.push.key_formats.records import EnvStyle, KeyFormat
from webpush_admin.push.secret import NO_SECRET, Secret
from webpush_admin.store.key_rows import Home, KeyState
from webpush_admin.store.opening import path_of

SOMETHING_BAD: Final = 1
MAX_INPUT_BYTES: Final = 1_000_000
"""Of a file with keys or a token: none is a thousandth of it."""

Verb = Callable[[argparse.Namespace], Coroutine[Any, Any, int]]
"""Reads what it needs, and returns what then works on an open database."""


def run_vapid(arguments: Sequence[str]) -> int:
    """Return 0, 1 where a check found something bad, 2 where nothing was done, 130 after Ctrl+C."""
    parsed = parse(arguments)
    return told(lambda: _vapid(parsed))


def _vapid(parsed: argparse.Namespace) -> int:
    if parsed.verb in _MAKES_FILE:
        path_of(parsed.database)
    else:
        check_database(parsed.database)
    # First, without a loop: a pipe that nobody writes to is waited for until Ctrl+C.
    job = _VERBS[parsed.verb](parsed)
    # pycurl asks for sockets that can be selected from, on every system.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(job)


async def _generate(parsed: argparse.Namespace) -> int:
    async with VapidDesk.opened(parsed, "Generating", writes=True, create=True) as desk:
        _tell_added(parsed, await desk.backend.keys.generate(parsed.label))
    return 0


async def _show(parsed: argparse.Namespace) -> int:
    async with VapidDesk.opened(parsed, "Reading", writes=False) as desk:
        info = await desk.info()
    if parsed.json:
        lines.put_json(lines.info_as_json(info))
    else:
        lines.put(lines.info_told(info))
    return 0


def _import(parsed: argparse.Namespace) -> Coroutine[Any, Any, int]:
    return _take(parsed, _key_input(parsed.file), _passphrases(parsed))


async def _take(parsed: argparse.Namespace, source: KeyInput, passphrases: Passphrases) -> int:
    async with VapidDesk.opened(parsed, "Importing", writes=True) as desk:
        exchange = desk.backend.keys.exchange

        async def add(passphrase: Secret) -> KeyAdded:
            desk.check()
            return await exchange.add(KeyInput(source.path, source.text, passphrase), parsed.label)

        if (await exchange.look(source)).needs_passphrase:
            added = await passphrases.opens("of what is imported", add)
        else:
            added = await add(NO_SECRET)
    _tell_added(parsed, added)
    return 0


def _export(parsed: argparse.Namespace) -> Coroutine[Any, Any, int]:
    form = KeyFormat(parsed.format)
    if form is KeyFormat.DER and parsed.output == STANDARD_STREAM and sys.stdout.isatty():
        raise PushError("DER is not for a terminal: give --output FILE, or another --format.")
    return _write(parsed, form, _passphrases(parsed), _unlocking(parsed))


async def _write(parsed: argparse.Namespace, form: KeyFormat, passphrases: Passphrases, unlocking: Passphrases) -> int:
    style = EnvStyle(parsed.style) if parsed.style else EnvStyle.PLAIN
    async with VapidDesk.opened(parsed, "Exporting", writes=False) as desk:
        pair = await desk.pair(parsed.key)
        await desk.unlock(pair, unlocking)
        encrypted = parsed.encrypt or bool(passphrases.given)
        passphrase = passphrases.make("of what is written") if encrypted else NO_SECRET
        exchange = desk.backend.keys.exchange
        if parsed.output == STANDARD_STREAM:
            lines.put_bytes(await exchange.written(pair.id, form, passphrase=passphrase, style=style))
            return 0
        path = await exchange.export(pair.id, form, Path(parsed.output), passphrase=passphrase, style=style)
    if parsed.json:
        lines.put_json(
            {"public_key": pair.public_key, "fingerprint": pair.fingerprint, "format": form.value, "path": str(path)}
        )
    else:
        lines.put([f"Wrote the private key of {pair.fingerprint} to {path}, which you alone can read."])
    return 0


def _check(parsed: argparse.Namespace) -> Coroutine[Any, Any, int]:
    if parsed.token_file is not None:
        return _check_token(parsed, _read_token(parsed.token_file))
    return _check_keys(parsed, _passphrases(parsed))


async def _check_keys(parsed: argparse.Namespace, passphrases: Passphrases) -> int:
    async with VapidDesk.opened(parsed, "Checking", writes=False) as desk:
        info = await desk.info()
        active = next((pair for pair in info.pairs if pair.state is KeyState.ACTIVE), None)
        if active is not None and passphrases.given:
            await desk.unlock(active, passphrases)
        report = await desk.shown(desk.backend.keys.checks.check())
    if parsed.json:
        lines.put_json(lines.report_as_json(report, info))
    else:
        lines.put(lines.findings_told(report.findings))
    return SOMETHING_BAD if any(finding.severity is Severity.BAD for finding in report.findings) else 0


async def _check_token(parsed: argparse.Namespace, token: Secret) -> int:
    async with VapidDesk.opened(parsed, "Checking", writes=False) as desk:
        info = await desk.info()
        report = await desk.backend.keys.checks.token(token)
    if parsed.json:
        lines.put_json(lines.token_as_json(report, info))
    else:
        lines.put(lines.token_told(report))
    return SOMETHING_BAD if any(finding.severity is Severity.BAD for finding in report.findings) else 0


def _keep(parsed: argparse.Namespace) -> Coroutine[Any, Any, int]:
    return _move(parsed, _passphrases(parsed), _unlocking(parsed))


async def _move(parsed: argparse.Namespace, passphrases: Passphrases, unlocking: Passphrases) -> int:
    async with VapidDesk.opened(parsed, "Moving", writes=True) as desk:
        pair = await desk.pair(parsed.key)
        await desk.unlock(pair, unlocking)
        where = kept_in(Home(parsed.home), parsed, passphrases)
        desk.check()
        pair = await desk.backend.keys.keeping.keep(pair.id, where)
    if parsed.json:
        lines.put_json(lines.pair_as_json(pair))
    else:
        lines.put(lines.pair_told(pair))
    return 0


def _rotate(parsed: argparse.Namespace) -> Coroutine[Any, Any, int]:
    return rotate(parsed, _passphrases(parsed), _unlocking(parsed))


_MAKES_FILE: Final = frozenset({"generate"})

_VERBS: Final[Mapping[str, Verb]] = {
    "generate": _generate,
    "show": _show,
    "import": _import,
    "export": _export,
    "check": _check,
    "rotate": _rotate,
    "undo-rotation": undo_rotation,
    "keep": _keep,
}


def _passphrases(parsed: argparse.Namespace) -> Passphrases:
    return Passphrases.of(FROM_FILE, parsed.passphrase_file)


def _unlocking(parsed: argparse.Namespace) -> Passphrases:
    return Passphrases.of(UNLOCKING, parsed.unlock_passphrase_file)


def _tell_added(parsed: argparse.Namespace, added: KeyAdded) -> None:
    if parsed.json:
        lines.put_json(lines.added_as_json(added))
    else:
        lines.put(lines.added_told(added))


def _key_input(file: str) -> KeyInput:
    if file != STANDARD_STREAM:
        path = Path(file)
        if "\0" in file or not path.exists():
            # What was given is not repeated: it may be the key itself, by mistake.
            raise PushError("There is no such file to import; - reads standard input.")
        return KeyInput(path=path)
    return KeyInput(text=_standard_input("Standard input"))


def _read_token(file: str) -> Secret:
    """Return a token; it signs for hours, so it is a secret.

    Raises:
        PushError: It cannot be read.
    """
    if file == STANDARD_STREAM:
        return _standard_input("Standard input")
    try:
        with Path(file).open("rb") as source:
            data = Secret(source.read(MAX_INPUT_BYTES + 1).decode(errors="surrogateescape"))
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or "the name cannot be used"
        raise PushError(f"The file with the token cannot be read: {why}.") from None
    return _not_too_long("The file", data)


def _standard_input(what: str) -> Secret:
    return _not_too_long(what, Secret(sys.stdin.buffer.read(MAX_INPUT_BYTES + 1).decode(errors="surrogateescape")))


def _not_too_long(what: str, found: Secret) -> Secret:
    if len(found.text) > MAX_INPUT_BYTES:
        raise PushError(f"{what} holds more than a megabyte: that is nothing of keys.")
    return found

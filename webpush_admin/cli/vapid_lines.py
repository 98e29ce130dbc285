"""What `webpush-admin vapid` prints: short aligned lines, or JSON; never a private key.

Runs on: any
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from webpush_admin.backend.key_records import (
    KeyAdded,
    KeyFinding,
    KeyPairInfo,
    KeyReport,
    KeysInfo,
    KeysRotated,
    RotationUndone,
    TokenReport,
)
from webpush_admin.cli.arguments import one_line
from webpush_admin.push.errors import PushError
from webpush_admin.store.key_rows import Home, KeyState

CLOSED: Final = "Standard output was closed before everything was written."

_HOMES: Final = {Home.DATABASE: "in the database", Home.KEYRING: "in the keyring", Home.FILE: "in a file"}

Json = dict[str, object]


def put(lines: Iterable[str]) -> None:
    """Print lines, whatever somebody has put into the database.

    Raises:
        PushError: Nobody reads them any more.
    """
    put_bytes("".join(f"{one_line(line)}\n" for line in lines).encode())


def put_json(found: Mapping[str, object]) -> None:
    """Print one JSON object.

    Raises:
        PushError: Nobody reads it any more.
    """
    put_bytes(f"{json.dumps(found)}\n".encode())


def put_bytes(data: bytes) -> None:
    """Write to standard output.

    Raises:
        PushError: Nobody reads it any more.
    """
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    except OSError:
        # What is left in the buffer must not be written once more when the program ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise PushError(CLOSED)


# Pairs


def pair_as_json(pair: KeyPairInfo) -> Json:
    """Return a pair's public half and where the other one is."""
    return {
        "id": pair.id,
        "public_key": pair.public_key,
        "fingerprint": pair.fingerprint,
        "state": pair.state.value,
        "label": pair.label,
        "home": pair.home.value,
        "place": pair.place,
        "locked": pair.locked,
        "created_at": pair.created_at.isoformat(),
        "retired_at": pair.retired_at.isoformat() if pair.retired_at else None,
        "subscriptions": pair.subscriptions,
    }


def pair_told(pair: KeyPairInfo) -> Iterator[str]:
    """Return a pair in lines."""
    yield f"Public key   {pair.public_key}"
    yield f"Fingerprint  {pair.fingerprint}"
    yield f"State        {pair.state.value}"
    yield f"Private key  {_where(pair)}"
    if pair.label:
        yield f"Label        {pair.label}"


def info_as_json(info: KeysInfo) -> Json:
    """Return every pair; the public key is that of the active one, "" where there is none."""
    return {
        "public_key": info.public_key,
        "fingerprint": info.fingerprint,
        "subject": info.subject,
        "subscriptions": info.subscriptions,
        "last_backup": str(info.last_backup) if info.last_backup else None,
        "pairs": [pair_as_json(_counted(pair, info)) for pair in info.pairs],
    }


def info_told(info: KeysInfo) -> Iterator[str]:
    """Return every pair in two lines, with a blank one before it."""
    yield f"Subject        {info.subject or 'none yet'}"
    yield f"Subscriptions  {info.subscriptions:,}"
    if info.last_backup:
        yield f"Last backup    {info.last_backup}"
    if not info.pairs:
        yield "There is no key pair yet: `vapid generate` makes one, `vapid import` takes one from a file."
    pairs = [_counted(pair, info) for pair in info.pairs]
    numbers = max((len(str(pair.id)) for pair in pairs), default=0)
    counts = max((len(f"{pair.subscriptions:,}") for pair in pairs), default=0)
    for pair in pairs:
        yield ""
        parts = [f"{pair.id:>{numbers}}", f"{pair.state.value:<8}", pair.fingerprint, f"{_day(pair.created_at)}"]
        parts += [f"{pair.subscriptions:>{counts},} subscription{'' if pair.subscriptions == 1 else 's'}"]
        parts += [_where(pair), *([pair.label] if pair.label else [])]
        yield "  ".join(parts)
        yield f"{'':{numbers}}  {pair.public_key}"


def added_as_json(added: KeyAdded) -> Json:
    """Return a pair that is new here, and what became of it."""
    return {**pair_as_json(added.pair), "note": added.note}


def added_told(added: KeyAdded) -> Iterator[str]:
    """Return a pair that is new here in lines, and what became of it."""
    yield from pair_told(added.pair)
    yield added.note


# Rotation


def rotated_as_json(rotated: KeysRotated, *, backup_has_key: bool) -> Json:
    """Return what a rotation did."""
    return {
        "public_key": rotated.keys.public_key,
        "fingerprint": rotated.keys.fingerprint,
        "deleted_subscriptions": rotated.deleted_subscriptions,
        "bound_subscriptions": rotated.bound_subscriptions,
        "backup": str(rotated.backup),
        "backup_has_key": backup_has_key,
    }


def rotated_told(rotated: KeysRotated, old: KeyPairInfo | None, *, backup_has_key: bool) -> Iterator[str]:
    """Return what a rotation did in lines; `old` is the pair that was active."""
    yield f"Public key   {rotated.keys.public_key}"
    yield f"Fingerprint  {rotated.keys.fingerprint}"
    yield f"Deleted      {_subscriptions(rotated.deleted_subscriptions)}"
    if rotated.bound_subscriptions:
        yield f"Kept         {_subscriptions(rotated.bound_subscriptions)}, sent to with the old pair"
    yield f"Backup       {rotated.backup}"
    if backup_has_key:
        yield "The backup holds the old private key: keep it where only you can read it."
    elif old is not None:
        yield f"The backup holds no private key, since the old pair was locked: that stays {_where(old)}."
    yield "Pages that subscribe need the new public key; `vapid undo-rotation` goes back."


def undone_as_json(undone: RotationUndone) -> Json:
    """Return what came back."""
    return {
        "public_key": undone.keys.public_key,
        "fingerprint": undone.keys.fingerprint,
        "restored": undone.restored,
        "there_again": undone.there_again,
        "bound": undone.bound,
    }


def undone_told(undone: RotationUndone) -> Iterator[str]:
    """Return what came back in lines."""
    yield f"Public key   {undone.keys.public_key}"
    yield f"Fingerprint  {undone.keys.fingerprint}"
    for pair in undone.keys.pairs:
        if pair.state is KeyState.ACTIVE:
            # Of a backup it comes into the database, wherever it was kept before.
            yield f"Private key  {_where(pair)}"
    yield f"Restored     {_subscriptions(undone.restored)}"
    if undone.there_again:
        yield f"Left out     {_subscriptions(undone.there_again)}, made anew at the same endpoint since"
    if undone.bound:
        yield f"Bound        {_subscriptions(undone.bound)}, made since the rotation, to the pair of those days"


# Checks


def report_as_json(report: KeyReport, info: KeysInfo) -> Json:
    """Return what was found, with the active pair."""
    return {
        "public_key": info.public_key,
        "fingerprint": info.fingerprint,
        "checked_at": report.checked_at.isoformat(),
        "findings": [_finding_as_json(finding) for finding in report.findings],
    }


def token_as_json(report: TokenReport, info: KeysInfo) -> Json:
    """Return what was found in a token, with the active pair."""
    return {
        "public_key": info.public_key,
        "fingerprint": info.fingerprint,
        "token": {
            "scheme": report.scheme,
            "header": report.header,
            "claims": report.claims,
            "public_key": report.public_key,
            "fingerprint": report.fingerprint,
        },
        "findings": [_finding_as_json(finding) for finding in report.findings],
    }


def token_told(report: TokenReport) -> Iterator[str]:
    """Return a token in lines; its signature is not repeated."""
    yield f"Scheme       {report.scheme}"
    if report.fingerprint:
        yield f"Fingerprint  {report.fingerprint}"
    for name, text in (("Header", report.header), ("Claims", report.claims)):
        for number, line in enumerate(text.splitlines()):
            yield f"{name if not number else '':<13}{line}"
    yield from findings_told(report.findings)


def findings_told(findings: Iterable[KeyFinding]) -> Iterator[str]:
    """Return a line for each finding, and one for what to do about it."""
    for finding in findings:
        yield f"{finding.severity.value:<4}  {finding.about}: {finding.sentence}"
        if finding.action:
            yield f"{'':<6}{finding.action}"


def _finding_as_json(finding: KeyFinding) -> Json:
    return {
        "about": finding.about,
        "severity": finding.severity.value,
        "sentence": finding.sentence,
        "action": finding.action,
    }


def _counted(pair: KeyPairInfo, info: KeysInfo) -> KeyPairInfo:
    """Return the pair with those that it signs for: the active one also for all that are bound to no pair."""
    if pair.state is not KeyState.ACTIVE:
        return pair
    others = sum(one.subscriptions for one in info.pairs if one is not pair)
    return replace(pair, subscriptions=max(0, info.subscriptions - others))


def _where(pair: KeyPairInfo) -> str:
    if pair.state is KeyState.RETIRED:
        return "gone"
    where = _HOMES[pair.home] if not pair.place else f"{_HOMES[pair.home]} ({pair.place})"
    return f"{where}, locked" if pair.locked else where


def _subscriptions(count: int) -> str:
    return f"{count:,} subscription{'' if count == 1 else 's'}"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"

"""What was found about the keys, or about a token, in words: severities, a headline, a verdict, and a report as text.

Runs on: any
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from webpush_admin.backend.key_records import KeyFinding, KeyPairInfo, KeyReport, KeysInfo, Severity, TokenReport
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.rotation_cost import named_exactly
from webpush_admin.gui.models.words import counted, exact_utc
from webpush_admin.gui.text import display_text
from webpush_admin.store.key_rows import KeyState

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400
_CLAIMED_CHARACTERS: Final = 120


class SeverityLook(NamedTuple):
    """How a severity is shown: never by its colour alone.

    Attributes:
        icon: Name of a Lucide icon.
        role: Of the theme's colours.
        word: In the language of the source.
    """

    icon: str
    role: str
    word: str

    @property
    def shown_word(self) -> str:
        """The word in the operator's language."""
        return QCoreApplication.translate("KeyFindings", self.word)


LOOKS: Final = {
    Severity.BAD: SeverityLook("circle-x", "bad", str(QT_TRANSLATE_NOOP("KeyFindings", "Problem"))),
    Severity.WARN: SeverityLook("triangle-alert", "warn", str(QT_TRANSLATE_NOOP("KeyFindings", "Warning"))),
    Severity.NOTE: SeverityLook("info", "muted", str(QT_TRANSLATE_NOOP("KeyFindings", "Note"))),
    Severity.GOOD: SeverityLook("circle-check", "ok", str(QT_TRANSLATE_NOOP("KeyFindings", "Good"))),
}
"""The worst first."""

_WORST_FIRST: Final = tuple(LOOKS)


def worst_first(findings: Sequence[KeyFinding]) -> tuple[KeyFinding, ...]:
    """Return them the worst first; of the same severity they stay as they are."""
    return tuple(sorted(findings, key=lambda finding: _WORST_FIRST.index(finding.severity)))


def worst(findings: Sequence[KeyFinding]) -> Severity:
    """Return the worst severity; of nothing `GOOD`."""
    return min((finding.severity for finding in findings), key=_WORST_FIRST.index, default=Severity.GOOD)


def headline(findings: Sequence[KeyFinding]) -> str:
    """Return how it came out, at one glance."""
    words = (
        (Severity.BAD, translate("KeyFindings", "problem"), translate("KeyFindings", "problems")),
        (Severity.WARN, translate("KeyFindings", "warning"), translate("KeyFindings", "warnings")),
    )
    counts = [(sum(found.severity is severity for found in findings), one, many) for severity, one, many in words]
    told = [counted(count, one, many) for count, one, many in counts if count]
    if told:
        return ", ".join(told)
    return translate("KeyFindings", "Everything that can be checked without sending is fine")


def report_text(report: KeyReport, database: str) -> str:
    """Return a report for a ticket: no key and no whole endpoint is in it."""
    head = translate("KeyFindings", "VAPID keys of {database}, checked {when}: {told}").format(
        database=display_text(database), when=exact_utc(report.checked_at), told=headline(report.findings)
    )
    lines = [head, ""]
    for finding in worst_first(report.findings):
        word = LOOKS[finding.severity].shown_word
        lines.append(f"[{word}] {display_text(finding.about)}: {display_text(finding.sentence)}")
        if finding.action:
            lines.append(f"    {display_text(finding.action)}")
    return "\n".join(lines) + "\n"


def signer_told(report: TokenReport, keys: KeysInfo | None) -> str:
    """Return whose key came with a token."""
    signer = _signer(report, keys)
    return translate("KeyFindings", "no pair of this database") if signer is None else _pair_told(signer)


def _signer(report: TokenReport, keys: KeysInfo | None) -> KeyPairInfo | None:
    pairs = keys.pairs if keys is not None and report.public_key else ()
    return next((pair for pair in pairs if pair.public_key == report.public_key), None)


def _pair_told(pair: KeyPairInfo) -> str:
    words = {
        KeyState.ACTIVE: translate("KeyFindings", "the active pair"),
        KeyState.INACTIVE: translate("KeyFindings", "the inactive pair {pair}"),
        KeyState.RETIRED: translate("KeyFindings", "the retired pair {pair}"),
    }
    return words[pair.state].format(pair=named_exactly(pair))


def verdict(report: TokenReport, keys: KeysInfo | None, now: datetime) -> tuple[Severity, str]:
    """Return in one sentence what is to be thought of a token: the worst that was found, or that it is valid."""
    found = worst_first(report.findings)
    if found and found[0].severity in (Severity.BAD, Severity.WARN):
        return found[0].severity, found[0].sentence
    claims = _claims(report)
    audience, expires = claims.get("aud"), claim_time(claims.get("exp"))
    if not isinstance(audience, str) or expires is None:
        return Severity.NOTE, translate("KeyFindings", "Nothing wrong was found, but it is no whole VAPID token.")
    told = translate("KeyFindings", "Valid for {audience} until {until}").format(
        audience=display_text(audience, _CLAIMED_CHARACTERS), until=_clock(expires, now)
    )
    signer = _signer(report, keys)
    if signer is not None:
        told = translate("KeyFindings", "{told}, signed by {signer}").format(told=told, signer=_pair_told(signer))
    elif report.public_key:
        told = translate("KeyFindings", "{told}, but signed by no pair of this database").format(told=told)
        return Severity.NOTE, f"{told}."
    return Severity.GOOD, f"{told}."


def times_told(report: TokenReport, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return each time among the claims with its name, in words: how far from now, and when exactly."""
    claims = _claims(report)
    told: list[tuple[str, str]] = []
    for claim, name, coming, past in (
        (
            "exp",
            translate("KeyFindings", "Expires"),
            translate("KeyFindings", "in {time}"),
            translate("KeyFindings", "expired {time} ago"),
        ),
        (
            "nbf",
            translate("KeyFindings", "Not before"),
            translate("KeyFindings", "only in {time}"),
            translate("KeyFindings", "{time} ago"),
        ),
        (
            "iat",
            translate("KeyFindings", "Issued"),
            translate("KeyFindings", "{time} ahead of this clock"),
            translate("KeyFindings", "{time} ago"),
        ),
    ):
        if claim not in claims:
            continue
        at = claim_time(claims[claim])
        if at is None:
            told.append((name, translate("KeyFindings", "no time that can be read")))
            continue
        seconds = (at - now).total_seconds()
        words = (coming if seconds > 0 else past).format(time=_span(abs(seconds)))
        told.append((name, f"{words}, {_both_clocks(at)}"))
    return tuple(told)


def claim_time(value: object) -> datetime | None:
    """Return a NumericDate as a time, None where it is none: a token may claim anything."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        # The last hours that there are in UTC may not be there in local time.
        return datetime.fromtimestamp(value, UTC).astimezone()
    except (OverflowError, ValueError, OSError):
        return None


def _claims(report: TokenReport) -> dict[str, Any]:
    try:
        claims = json.loads(report.claims)
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _span(seconds: float) -> str:
    """Return a length of time that may be years."""
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min"
    if whole < 2 * _DAY_S:
        return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S} min"
    return counted(round(seconds / _DAY_S), translate("KeyFindings", "day"), translate("KeyFindings", "days"))


def _clock(at: datetime, now: datetime) -> str:
    """Return the time of day where that is today, else the whole time; UTC."""
    utc = at.astimezone(UTC)
    return f"{utc:%H:%M} UTC" if utc.date() == now.astimezone(UTC).date() else f"{utc:%Y-%m-%d %H:%M} UTC"


def _both_clocks(at: datetime) -> str:
    """Return the time as in UTC, and as this computer's clock has it where that is another."""
    here = at.astimezone()
    return f"{exact_utc(at)} ({here:%H:%M} {here:%Z})" if here.utcoffset() else exact_utc(at)


def when_checked(report: KeyReport) -> str:
    """Return when that was."""
    words = translate("KeyFindings", "Checked {when}. Nothing was sent.")
    return words.format(when=exact_utc(report.checked_at))

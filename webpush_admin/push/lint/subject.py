"""What push services make of a VAPID subject: who refuses it, who does not look.

Runs on: any
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from webpush_admin.push.lint.finding import LintFinding
from webpush_admin.push.lint.finding import Severity as LintSeverity
from webpush_admin.push.lint.key_finding import KeyFinding, Severity
from webpush_admin.push.services import SERVICES_BY_ID

SET_IT: Final = "Set the subject to mailto: and a real address of yours, or to an https page."
SOURCE: Final = "RFC 8292, section 2.1; Apple answers 403 BadJwtToken"
MAX_HOST_CHARACTERS: Final = 60
MAX_SUBJECT_CHARACTERS: Final = 200

_APPLE: Final = SERVICES_BY_ID["apple"].name
_MOZILLA: Final = SERVICES_BY_ID["mozilla"].name
_KNOWN: Final = tuple(service.name for service in SERVICES_BY_ID.values())

_NEVER_RESOLVED: Final = re.compile(r"(?:^|\.)(?:localhost|invalid)$")
_RESERVED: Final = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|local|internal|lan)$")


@dataclass(frozen=True, slots=True)
class SubjectFlaw:
    """What is wrong with a subject.

    Attributes:
        told: What it does, as the rest of a sentence that begins with "The subject".
        malformed: It is neither mailto: with one address nor an https URL.
        apple_refuses: Surely, as operators have found; else it may.
        unreachable: Its host, where nobody can be reached; "" where that is not what is wrong.
    """

    told: str
    malformed: bool = True
    apple_refuses: bool = True
    unreachable: str = ""


def subject_flaw(subject: str) -> SubjectFlaw | None:
    """Return the worst that is wrong with a subject, None where nothing is.

    Source: RFC 8292, section 2.1; web-push-libs/web-push, issue 947, for localhost; operators' reports for .invalid;
    autopush-rs, autoendpoint/src/headers/vapid.rs, for Mozilla, who did ask for a subject until 2025.
    """
    if not subject:
        return SubjectFlaw("is not set")
    if re.search(r"[\s<>]", subject):
        return SubjectFlaw("holds a space or angle brackets")
    scheme, _, rest = subject.partition(":")
    if rest.startswith("mailto:"):
        return SubjectFlaw("says mailto: twice")
    if "@" in subject and not subject.startswith(("mailto:", "https:")):
        return SubjectFlaw("is an address without mailto: before it")
    if scheme not in ("mailto", "https"):
        return SubjectFlaw("is neither mailto: with one address nor an https URL")
    try:
        host = rest.rpartition("@")[2] if scheme == "mailto" else urlsplit(subject).hostname or ""
    except ValueError:
        host = ""
    if not host or (scheme == "mailto" and not rest.rpartition("@")[0]):
        return SubjectFlaw("names nobody")
    return _host_flaw(host.lower())


def _host_flaw(host: str) -> SubjectFlaw | None:
    shown = host[:MAX_HOST_CHARACTERS]
    nowhere = f"leads to {shown}, where nobody can be reached"
    if _NEVER_RESOLVED.search(host):
        return SubjectFlaw(nowhere, malformed=False, unreachable=shown)
    if _RESERVED.search(host) or "." not in host or _is_address(host):
        return SubjectFlaw(nowhere, malformed=False, apple_refuses=False, unreachable=shown)
    return None


def _is_address(host: str) -> bool:
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return False


def check_subject(subject: str, services: Mapping[str, int], *, claim: bool = False) -> tuple[KeyFinding, ...]:
    """Return what a subject is worth: in itself, and at each push service that is concerned.

    Args:
        subject: As it is signed, "" for none.
        services: Names of push services, or hosts of those that nobody knows, with how many subscriptions each has;
            0 where that is not known.
        claim: It is the `sub` of a token: one without it may be sent, while we ourselves send nothing.
    """
    flaw = subject_flaw(subject)
    about, name = ("sub", "sub") if claim else ("Subject", "The subject")
    shown = subject[:MAX_SUBJECT_CHARACTERS]
    if flaw is None:
        found = [KeyFinding(about, Severity.GOOD, f"{name} is {shown}, in the form that RFC 8292 asks for.")]
        takers = [name for name in _in_order(services) if name in _KNOWN]
        if takers:
            taken = f"{_listed(takers)} {'take' if len(takers) > 1 else 'takes'} it."
            found.append(KeyFinding(about, Severity.GOOD, taken))
        return tuple(found)
    refused = (flaw.apple_refuses and _APPLE in services) or (not subject and not claim)
    said = f"{name} {flaw.told}" + (f" ({shown})." if subject and not flaw.unreachable else ".")
    general = KeyFinding(about, Severity.BAD if refused else Severity.WARN, said, SET_IT)
    return (general, *_at_services(flaw, services, about, missing=not subject))


def _at_services(flaw: SubjectFlaw, services: Mapping[str, int], about: str, *, missing: bool) -> Iterator[KeyFinding]:
    with_it = "without one" if missing else "with it"
    known: list[str] = []
    others: list[str] = []
    for name in _in_order(services):
        concerned = _concerned(services[name])
        if name == _APPLE and flaw.apple_refuses:
            told = f"{name} refuses every push {with_it}, 403 BadJwtToken{concerned}."
            yield KeyFinding(about, Severity.BAD, told, SET_IT)
        elif name == _APPLE:
            told = f"{name} may refuse pushes {with_it}, 403 BadJwtToken{concerned}."
            yield KeyFinding(about, Severity.WARN, told, SET_IT)
        elif name == _MOZILLA and flaw.malformed and not missing:
            told = f"{name} expects mailto: or https: and may answer 401{concerned}."
            yield KeyFinding(about, Severity.WARN, told, SET_IT)
        else:
            (known if name in _KNOWN else others).append(name)
    if known:
        do, take = ("do", "take") if len(known) > 1 else ("does", "takes")
        what = "ask for one" if missing else f"look at it, and {take} it"
        yield KeyFinding(about, Severity.NOTE, f"{_listed(known)} {do} not {what}.")
    if others:
        told = f"What {_listed(others)} {'do' if len(others) > 1 else 'does'} {with_it} is not known."
        yield KeyFinding(about, Severity.NOTE, told)


def lint_subject(subject: str) -> tuple[LintFinding, ...]:
    """Return what push services may dislike about the subject of a message that is being written, nothing for none."""
    flaw = subject_flaw(subject) if subject else None
    if flaw is None:
        return ()
    severity = LintSeverity.REFUSED if flaw.malformed else LintSeverity.WARNING
    if flaw.unreachable:
        apple = "; Apple refuses every push with it." if flaw.apple_refuses else "; Apple may refuse it."
    else:
        apple = ": Apple refuses every push with it."
    return (LintFinding(severity, "subject", f"The subject {flaw.told}{apple}", SET_IT, SOURCE),)


def _concerned(count: int) -> str:
    return f": {count:,} {'subscriptions' if count != 1 else 'subscription'}" if count else ""


def _in_order(services: Mapping[str, int]) -> list[str]:
    """Return the known services first, in their usual order, then the others."""
    return [name for name in _KNOWN if name in services] + sorted(name for name in services if name not in _KNOWN)


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:5])
    more = len(names) - len(shown)
    if more:
        shown.append(f"{more:,} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"

"""What one record of a file says, whatever its program calls it, and whether it can be used.

Runs on: any
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast
from uuid import UUID

from webpush_admin.push.endpoint import check_endpoint, check_keys
from webpush_admin.push.errors import InvalidSubscription
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.subscription import Subscription
from webpush_admin.store.importing import json_text, names
from webpush_admin.store.importing.pieces import Piece
from webpush_admin.store.schema import to_ms

MAX_NAME_CHARACTERS: Final = 200
MAX_USER_AGENT_CHARACTERS: Final = 8192
_SHOWN_CHARACTERS: Final = 200
_MASKED_CHARACTERS: Final = 2048
_LEVELS: Final = 4
"""Of wrapping: {"data": {"subscription": "{...}"}}."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}", re.IGNORECASE)
_INTEGER: Final = re.compile(r"-?[0-9]{1,19}")
_STATUSES: Final = range(100, 600)
_FIRST_MS: Final = 10**11
"""From here on a number is milliseconds, below it seconds: the year 5138, or March 1973."""

_LARGEST: Final = 2**63 - 1

NO_OBJECT: Final = "The record is no object."
NO_USER: Final = "The record does not say whose it is: choose a user."
MASKED: Final = "Only the masked endpoint was exported: export again, with endpoints and keys."


class _Unusable(Exception):
    """The sentence says why."""


@dataclass(slots=True, repr=False)
class Record:
    """A subscription as a file tells it, filled in as far as it could be read. Holds secrets: there is no repr.

    Attributes:
        user_id: Whose it is, None where the file gives no UUID.
        user_name: Likewise by name; "" where the file gives none.
        created_at, last_success_at, first_404_at: Milliseconds since 1970, None where unknown.
        refusal: Why it cannot be imported, as a sentence; "" where it can.
    """

    line: int
    user_id: UUID | None = None
    user_name: str = ""
    endpoint: str = ""
    p256dh: str = ""
    auth: str = ""
    user_agent: str | None = None
    created_at: int | None = None
    last_status: int | None = None
    last_success_at: int | None = None
    first_404_at: int | None = None
    refusal: str = ""

    @property
    def who(self) -> str:
        """The name, or the id where there is none; hostile text."""
        return shown(self.user_name) or (str(self.user_id) if self.user_id else "")

    @property
    def masked(self) -> str:
        """The endpoint, too little of it to be used; "" where there is none."""
        return masked(self.endpoint)


def masked(endpoint: str) -> str:
    """Return host and last four characters, "" of no endpoint."""
    return shown(Subscription(endpoint[:_MASKED_CHARACTERS], "", "").masked) if endpoint else ""


def shown(text: str) -> str:
    """Return the beginning of a text of the file, with halves of characters replaced: a window cannot show those."""
    return text[:_SHOWN_CHARACTERS].encode("utf-8", "replace").decode()


def record_of(piece: Piece, policy: EndpointPolicy) -> Record:
    """Return what a piece says; where that cannot be imported its `refusal` says why, without keys or endpoint."""
    record = Record(piece.line, user_name=piece.owner, refusal=piece.flaw)
    if not piece.flaw:
        try:
            if not isinstance(piece.value, dict):
                raise _Unusable(NO_OBJECT)
            _read(record, cast("dict[str, object]", piece.value))
            _check(record)
            check_endpoint(record.endpoint, policy)
            check_keys(record.p256dh, record.auth)
        except (_Unusable, InvalidSubscription) as error:
            record.refusal = str(error)
    return record


class _Given:
    """The objects that a record consists of, the outermost first."""

    def __init__(self, value: dict[str, object]) -> None:
        self.levels: list[Mapping[str, object]] = []
        inner: object = value
        while isinstance(inner, dict) and len(self.levels) < _LEVELS:
            level = {names.normalised(name): one for name, one in inner.items()}
            self.levels.append(level)
            inner = None if _first(level, names.ENDPOINT) else _unwrapped(_first(level, names.WHOLE))
        keys = _first(self.levels[-1], names.KEYS)
        self.keys: Mapping[str, object] = keys if isinstance(keys, dict) else self.levels[-1]

    def text(self, aliases: Sequence[str], what: str) -> str:
        """Return a text, "" where there is none."""
        return _text(self._find(aliases), what)

    def moment(self, aliases: Sequence[str], what: str) -> int | None:
        """Return milliseconds since 1970, None where there are none."""
        return _moment(self._find(aliases), what)

    def status(self) -> int | None:
        """Return the newest answer's status, None where there is none."""
        value = self._find(names.LAST_STATUS)
        if value in (None, ""):
            return None
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value)
        if not isinstance(value, int) or value not in _STATUSES:
            raise _Unusable("last_status is no HTTP status.")
        return int(value)

    def user(self, filed_under: str) -> tuple[UUID | None, str]:
        """Return the user's id and name as far as the record gives them."""
        named: object = filed_under or self._find(names.USER_NAME)
        number = self._find(names.USER_ID)
        if isinstance(named, dict):
            number, named = named.get("id", number), named.get("name") or named.get("username")
        name, owner = _scalar(named, "The user's name"), _scalar(number, "The user's id")
        name = name if name.strip() else ""
        if _UUID.fullmatch(owner):
            return UUID(owner), name
        # Somebody else's number names the user as well as anything.
        return None, name or (owner if owner.strip() else "")

    def _find(self, aliases: Sequence[str]) -> object:
        for level in self.levels:
            found = _first(level, aliases)
            if found is not None:
                return found
        return None


def _read(record: Record, value: dict[str, object]) -> None:
    """Fill in what the file says; whose it is first, so that a refusal can tell that."""
    given = _Given(value)
    record.user_id, record.user_name = given.user(record.user_name)
    record.endpoint = given.text(names.ENDPOINT, "The endpoint")
    if not record.endpoint and _first(given.levels[0], names.MASKED):
        raise _Unusable(MASKED)
    record.p256dh = _text(_first(given.keys, names.P256DH), "p256dh")
    record.auth = _text(_first(given.keys, names.AUTH), "auth")
    record.user_agent = given.text(names.USER_AGENT, "The user agent") or None
    record.created_at = given.moment(names.CREATED_AT, "created_at")
    record.last_status = given.status()
    record.last_success_at = given.moment(names.LAST_SUCCESS_AT, "last_success_at")
    record.first_404_at = given.moment(names.FIRST_404_AT, "first_404_at")


def _check(record: Record) -> None:
    """Check what the validator of subscriptions does not look at."""
    agent = record.user_agent or ""
    if len(agent) > MAX_USER_AGENT_CHARACTERS:
        raise _Unusable(f"The user agent has {len(agent):,} characters; {MAX_USER_AGENT_CHARACTERS:,} are allowed.")
    try:
        record.user_name.encode()
        agent.encode()
    except UnicodeEncodeError:
        raise _Unusable("A text holds half a character (a lone surrogate).") from None


def _first(level: Mapping[str, object], aliases: Sequence[str]) -> object:
    for alias in aliases:
        found = level.get(alias)
        if found is not None:
            return found
    return None


def _unwrapped(value: object) -> object:
    if isinstance(value, str):
        # A column of text that holds the whole PushSubscription.
        value, flaw = json_text.parse(value)
        if flaw:
            raise _Unusable(flaw)
    return value


def _text(value: object, what: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Unusable(f"{what} is no text.")
    return value


def _scalar(value: object, what: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) <= _LARGEST else ""
    return _text(value, what)


def _moment(value: object, what: str) -> int | None:
    if value is None or value == "":
        return None
    ms: int | None = None
    if isinstance(value, str):
        ms = _ms_of_number(int(value)) if _INTEGER.fullmatch(value) else _ms_of_text(value)
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST:
        ms = _ms_of_number(value)
    if ms is None or abs(ms) > _LARGEST:
        raise _Unusable(f"{what} is no time.")
    return ms


def _ms_of_number(value: float) -> int:
    return int(value) if abs(value) >= _FIRST_MS else round(value * 1000)


def _ms_of_text(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.strip())
        return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None

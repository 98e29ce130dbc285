"""User names by id: learnt from every list that shows them, asked for where an answer comes in first.

Runs on: GUI thread
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend
    from webpush_admin.backend.records import SubscriptionInfo

KEPT_NAMES: Final = 20_000
ASKED_AT_ONCE: Final = 60
KEPT_SERVICES: Final = 1_000


class Names:
    """A bounded memory of user names, of which were looked for in vain, and of push services by host."""

    def __init__(self) -> None:
        self._names: OrderedDict[UUID, str] = OrderedDict()
        self._missing: OrderedDict[UUID, None] = OrderedDict()
        self._services: dict[str, str] = {}

    def learn_rows(self, rows: "Sequence[SubscriptionInfo]") -> list[tuple[str, str]]:
        """Remember whose these subscriptions are; return their hosts with the services' names."""
        hosts = {info.subscription.host: info.service for info in rows}
        for host, service in hosts.items():
            self.learn_service(host, service)
        self.learn((info.subscription.user_id, info.user_name) for info in rows if info.subscription.user_id)
        return list(hosts.items())

    def learn_service(self, host: str, service: str) -> None:
        """Remember what the backend calls the push service of a host."""
        if host in self._services or len(self._services) < KEPT_SERVICES:
            self._services[host] = service

    def service_of(self, host: str) -> str:
        """Return the push service's name, or the host where it has not been seen."""
        return self._services.get(host, host)

    def learn(self, names: Iterable[tuple[UUID, str]]) -> None:
        """Remember names; the ones learnt first are forgotten where there are too many."""
        for user_id, name in names:
            self._names[user_id] = name
            if self._missing:
                self._missing.pop(user_id, None)
        while len(self._names) > KEPT_NAMES:
            self._names.popitem(last=False)

    def name_of(self, user_id: UUID | None) -> str:
        """Return the name, or "…" and remember that somebody wants to know."""
        if user_id is None:
            return ""
        name = self._names.get(user_id)
        if name is None:
            self._missing[user_id] = None
            return "…"
        return name

    def known(self, user_id: UUID) -> str:
        """Return the name, "" where it is not known."""
        return self._names.get(user_id, "")

    def unknown(self, user_ids: Iterable[UUID | None]) -> tuple[UUID, ...]:
        """Return which of these are not known, each once."""
        return tuple({user_id for user_id in user_ids if user_id is not None and user_id not in self._names})

    def take_missing(self) -> tuple[UUID, ...]:
        """Return the ids that were wanted last and are not known, at most `ASKED_AT_ONCE`; the rest is given up."""
        wanted = tuple(reversed(self._missing))[:ASKED_AT_ONCE]
        self._missing.clear()
        return wanted

    def clear(self) -> None:
        """Forget everything: another database."""
        self._names.clear()
        self._missing.clear()
        self._services.clear()


async def names_of(backend: "Backend", user_ids: Sequence[UUID]) -> tuple[tuple[UUID, str], ...]:
    """Return (id, name) of each; where there is none, the id's first digits. Runs on: worker loop."""
    names = await backend.people.names(user_ids)
    return tuple((user_id, names.get(user_id, f"user {str(user_id)[:8]}")) for user_id in user_ids)

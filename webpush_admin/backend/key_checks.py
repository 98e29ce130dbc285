"""Verbs that check the keys, the subject and tokens, without sending anything.

Runs on: worker loop
"""

from datetime import UTC, datetime
from typing import Final

from webpush_admin.backend.key_records import KeyReport, TokenReport
from webpush_admin.backend.session import Session
from webpush_admin.push.errors import PushError
from webpush_admin.push.secret import Secret
from webpush_admin.push.token.examine import examine
from webpush_admin.push.token.records import KnownPair
from webpush_admin.store.key_rows import KeyState
from webpush_admin.store.store import Store

MOST_PAIRS: Final = 100
"""Each costs a tenth of a millisecond; no honest database has as many."""


class KeyChecks:
    """Each verb raises PushError with a sentence."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def check(self) -> KeyReport:
        """Check the pair, the subject for each service, what rows were made with, answers, and the clock."""
        raise PushError("Not there yet.")

    async def token(self, text: Secret) -> TokenReport:
        """Take a JWT or an Authorization header apart, verify it, and say what is wrong with it.

        Raises:
            InvalidKeys: There is nothing in it that could be a token, or far too much of it.
        """
        return await self._session.read(lambda store: examine(text.text, datetime.now(UTC), _known(store)))


def _known(store: Store) -> tuple[KnownPair, ...]:
    """Return the pairs that a signature is held against, the active one first."""
    return tuple(
        KnownPair(
            pair.public_key, pair.label, active=pair.state is KeyState.ACTIVE, retired=pair.state is KeyState.RETIRED
        )
        for pair in store.keys.all()[:MOST_PAIRS]
    )

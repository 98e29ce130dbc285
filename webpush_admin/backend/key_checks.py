"""Verbs that check the keys, the subject and tokens, without sending anything.

Runs on: worker loop
"""

from webpush_admin.backend.key_records import KeyReport, TokenReport
from webpush_admin.backend.session import Session
from webpush_admin.push.errors import PushError
from webpush_admin.push.secret import Secret


class KeyChecks:
    """Each verb raises PushError with a sentence."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def check(self) -> KeyReport:
        """Check the pair, the subject for each service, what rows were made with, answers, and the clock."""
        raise PushError("Not there yet.")

    async def token(self, text: Secret) -> TokenReport:
        """Take a JWT or an Authorization header apart, verify it, and say what is wrong with it."""
        raise PushError("Not there yet.")

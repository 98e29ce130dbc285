"""Verbs that import, export and show keys.

Runs on: worker loop
"""

from pathlib import Path

from webpush_admin.backend.key_records import KeyAdded, KeyInput, KeysSeen, Revealed, Snippet
from webpush_admin.backend.session import Session
from webpush_admin.push.errors import PushError
from webpush_admin.push.key_formats.records import EnvStyle, KeyFormat
from webpush_admin.push.secret import NO_SECRET, Secret


class KeyExchange:
    """Each verb raises PushError with a sentence. Only `reveal` and `written` return a private key; `export` writes one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def look(self, source: KeyInput) -> KeysSeen:
        """Return what an import would bring; nothing is changed.

        Raises:
            InvalidKeys: It holds no pair that can be used; the sentence says why.
        """
        raise PushError("Not there yet.")

    async def add(self, source: KeyInput, label: str = "") -> KeyAdded:
        """Keep the pair that a file or a text holds: the active one where there is none, else an inactive one."""
        raise PushError("Not there yet.")

    async def export(
        self,
        key_id: int,
        form: KeyFormat,
        path: Path,
        *,
        passphrase: Secret = NO_SECRET,
        style: EnvStyle = EnvStyle.PLAIN,
    ) -> Path:
        """Write a pair, private key and all, to a new file that its owner alone can read.

        Raises:
            PushError: The file exists or cannot be made; or the pair is locked.
        """
        raise PushError("Not there yet.")

    async def written(
        self,
        key_id: int,
        form: KeyFormat,
        *,
        passphrase: Secret = NO_SECRET,
        style: EnvStyle = EnvStyle.PLAIN,
    ) -> bytes:
        """Return what `export` writes, for a standard output that was asked for.

        Raises:
            PushError: The pair is locked.
        """
        raise PushError("Not there yet.")

    async def reveal(self, key_id: int) -> Revealed:
        """Return a private key, for somebody who has been asked twice."""
        raise PushError("Not there yet.")

    async def snippets(self, key_id: int) -> tuple[Snippet, ...]:
        """Return code and settings with the public key of a pair filled in."""
        raise PushError("Not there yet.")

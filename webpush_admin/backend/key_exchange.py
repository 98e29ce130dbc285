"""Verbs that import, export and show keys.

Runs on: worker loop
"""

import re
from functools import partial
from pathlib import Path
from typing import Final

from webpush_admin.backend.key_info import pair_info
from webpush_admin.backend.key_records import KeyAdded, KeyInput, KeysSeen, Revealed, Snippet
from webpush_admin.backend.key_snippets import key_snippets
from webpush_admin.backend.records import InfoChanged
from webpush_admin.backend.session import Session
from webpush_admin.push.errors import InvalidKeys, PassphraseNeeded, StoreError
from webpush_admin.push.key_formats import EnvStyle, FoundKeys, KeyFormat, read_keys, write_keys
from webpush_admin.push.key_formats.reading import LIMIT_BYTES
from webpush_admin.push.secret import NO_SECRET, Secret
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.store.key_rows import KeyPair, KeyState
from webpush_admin.store.private_files import read_start, write_new
from webpush_admin.store.store import Store

_ALONE: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Halves of characters; those between stand for bytes that are no UTF-8."""


class KeyExchange:
    """Each verb raises PushError with a sentence. `reveal` and `written` return a private key; `export` writes one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def look(self, source: KeyInput) -> KeysSeen:
        """Return what an import would bring; nothing is changed.

        Raises:
            InvalidKeys: It holds no pair that can be used; the sentence says why.
        """
        return await self._session.read(lambda store: _look(store, source))

    async def add(self, source: KeyInput, label: str = "") -> KeyAdded:
        """Keep the pair that a file or a text holds: the active one where there is none, else an inactive one.

        Its subject is not taken: it is the operator's to choose who answers.

        Raises:
            InvalidKeys: It holds no pair that can be used; the sentence says why.
            StoreError: The pair is there already, or the database is read-only.
        """
        before = self._session.info
        found, pair = await self._session.read(lambda store: _add(store, source, label))
        note = "The pair is inactive, since another pair is active. Rotate to it to have it sign."
        if pair.state is KeyState.ACTIVE:
            note = "The pair is active: every push is signed with it from now on."
            if self._session.keys_problem:
                await self._session.start_dispatcher()
        if self._session.info != before:
            self._session.emit(InfoChanged())
        if found.subject and not self._session.subject:
            note += f" It came with the subject {found.subject}, which is not set yet."
        return KeyAdded(pair_info(pair), note)

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
        subject = self._session.subject

        def export(store: Store) -> None:
            keys = store.keys.pair(key_id)
            # What is written is never a local: a traceback that tells its locals would tell the private key.
            write_new(
                path,
                write_keys(keys, form, passphrase=passphrase, subject=subject, style=style),
                partial(_holds, keys, passphrase),
            )

        await self._session.read(export)
        return path

    async def written(
        self, key_id: int, form: KeyFormat, *, passphrase: Secret = NO_SECRET, style: EnvStyle = EnvStyle.PLAIN
    ) -> bytes:
        """Return what `export` writes, for a standard output that somebody asked for.

        Raises:
            PushError: The pair is locked, or cannot be written so.
        """
        subject = self._session.subject
        return await self._session.read(
            lambda store: write_keys(store.keys.pair(key_id), form, passphrase=passphrase, subject=subject, style=style)
        )

    async def reveal(self, key_id: int) -> Revealed:
        """Return a private key, for somebody who has been asked twice.

        Raises:
            PushError: The pair is locked, or its private key is gone for good.
        """
        return await self._session.read(lambda store: Revealed(Secret(store.keys.pair(key_id).private_key)))

    async def snippets(self, key_id: int) -> tuple[Snippet, ...]:
        """Return code and settings with the public key of a pair filled in.

        Raises:
            InvalidKeys: No page can subscribe with the public key that the database has.
        """

        def read(store: Store) -> tuple[Snippet, ...]:
            pair = next((one for one in store.keys.all() if one.id == key_id), None)
            if pair is None:
                raise StoreError("There is no such key pair any more.")
            return key_snippets(pair.public_key, self._session.subject)

        return await self._session.read(read)


def _look(store: Store, source: KeyInput) -> KeysSeen:
    try:
        found = _found(source)
    except PassphraseNeeded:
        if source.passphrase:
            raise
        return KeysSeen("an encrypted private key", needs_passphrase=True)
    pairs = store.keys.all()
    public_key = found.keys.public_key
    same = next((pair for pair in pairs if pair.public_key == public_key and pair.state is not KeyState.RETIRED), None)
    active = any(pair.state is KeyState.ACTIVE for pair in pairs)
    return KeysSeen(
        form=found.form,
        public_key=public_key,
        fingerprint=found.keys.fingerprint,
        subject=found.subject,
        known=same is not None and not same.locked,
        active=same is not None and same.state is KeyState.ACTIVE,
        unlocks=same is not None and same.locked,
        becomes_active=same is None and not active and not store.database.read_only,
    )


def _add(store: Store, source: KeyInput, label: str) -> tuple[FoundKeys, KeyPair]:
    found = _found(source)
    return found, store.keys.add(found.keys, label, activate_orphans=True)


def _found(source: KeyInput) -> FoundKeys:
    # Never a local: a traceback that tells its locals would tell what is in the file.
    if source.path is None:
        return read_keys(_ALONE.sub("?", source.text.text).encode("utf-8", "surrogateescape"), source.passphrase)
    return read_keys(read_start(source.path, LIMIT_BYTES), source.passphrase)


def _holds(keys: VapidKeys, passphrase: Secret, data: bytes) -> bool:
    try:
        return read_keys(data, passphrase).keys == keys
    except InvalidKeys:
        return False

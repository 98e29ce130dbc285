"""The errors of the core: each `str()` is one sentence that an operator can read.

Runs on: any
"""


class PushError(Exception):
    """Something was refused or went wrong; the text says what, without secrets."""


class InvalidSubscription(PushError):
    """An endpoint or its keys cannot be sent to."""


class InvalidMessage(PushError):
    """A message breaks a rule of RFC 8030 or does not fit into one record of RFC 8291."""


class InvalidKeys(PushError):
    """A VAPID key pair, or the subject of its claims, cannot be used."""


class KeysLocked(InvalidKeys):
    """The private key is kept outside of the database, and has not been unlocked or is not there."""


class PassphraseNeeded(InvalidKeys):
    """A file of keys is encrypted: it needs a passphrase, or another one."""


class DispatchError(PushError):
    """One or more pushes of a dispatch failed, or nothing can be dispatched at all."""


class StoreError(PushError):
    """A database cannot be used, or refused a change; the file is as it was."""


class StoreReadOnly(StoreError):
    """A database may not be written to: nothing was changed, and nobody has to mend anything."""

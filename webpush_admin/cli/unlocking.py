"""Private keys in encrypted files: had with their passphrases before a verb signs, writes or moves them.

Runs on: any (its own loop, on the main thread)
"""

from webpush_admin.backend.backend import Backend
from webpush_admin.backend.key_records import KeyPairInfo
from webpush_admin.cli.arguments import say
from webpush_admin.cli.passphrases import Passphrases
from webpush_admin.push.errors import InvalidKeys
from webpush_admin.store.key_rows import Home, KeyState


async def unlock(backend: Backend, pair: KeyPairInfo, passphrases: Passphrases) -> None:
    """Have the private key of a pair, where it is in an encrypted file and has not been had yet.

    Raises:
        PushError: There is no passphrase, or it is another.
        Stopped: Somebody pressed Ctrl+C in place of typing it.
    """
    if pair.locked and pair.home is Home.FILE:
        keeping = backend.keys.keeping
        await passphrases.opens(
            f"of the file of {pair.fingerprint}", lambda passphrase: keeping.unlock(pair.id, passphrase)
        )


async def unlock_signing(backend: Backend, passphrases: Passphrases) -> None:
    """Have the private keys that a send signs with; rows of older pairs that stay locked are told as not sent.

    Raises:
        PushError: The active pair is locked, and there is no passphrase, or it is another.
        Stopped: Somebody pressed Ctrl+C in place of typing it.
    """
    if not ((await backend.info()).keys_problem or passphrases.given):
        # To list them counts every subscription.
        return
    for pair in (await backend.keys.info()).pairs:
        if pair.state is KeyState.ACTIVE:
            await unlock(backend, pair, passphrases)
        elif pair.subscriptions and passphrases.given:
            try:
                await unlock(backend, pair, passphrases)
            except InvalidKeys as error:
                say(str(error))

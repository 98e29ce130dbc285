"""The entries of the system's keyring that private keys are kept in. The only home of `keyring`.

Runs on: any
"""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from webpush_admin.push.errors import InvalidKeys, KeysLocked, StoreError
from webpush_admin.push.vapid import VapidKeys, fingerprint

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "webpush-admin"

ANSWER_WITHIN_S: Final = 120.0
"""So long somebody has for the prompt of the desktop; what does not come by then is told, and waited for no more."""

UNASKED_WITHIN_S: Final = 20.0
"""The same where nobody has just asked for it, as at opening: who has not noticed the prompt by then unlocks later."""

_PLAIN: Final = "keyrings.alt"
"""Its backends keep secrets in files of their own: readable ones, or encrypted ones that ask on the terminal."""

_NAMES: Final = {
    "keyring.backends.SecretService": "GNOME Keyring / Secret Service",
    "keyring.backends.libsecret": "GNOME Keyring / Secret Service",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "macOS Keychain",
    "keyring.backends.Windows": "Windows Credential Locker",
}

Answer = TypeVar("Answer")


class _Fault(Enum):
    """What is in the way: as the middle of a sentence about a key that is in the keyring, and what to do then."""

    NONE = "but this system has none that can be used", "open the database where there is one, or import the pair"
    PLAIN = "but the only one here keeps secrets in plain files (keyrings.alt)", "import the pair from a backup"
    LOCKED = "which is locked", "unlock the keyring first, then the pair in Keys"
    SILENT = "which did not answer in time", "unlock the pair in Keys to ask it again"
    CLOSED = "which is not asked any more", "the database is being closed"
    BROKEN = "which does not work", "unlock the pair in Keys to ask it again"


_NOT_KEPT: Final = {
    _Fault.NONE: "This system has no keyring that can be used: keep the private key in an encrypted file instead.",
    _Fault.PLAIN: "The only keyring of this system keeps secrets in plain files (keyrings.alt): "
    "keep the private key in an encrypted file instead.",
    _Fault.LOCKED: "The system's keyring is locked: unlock it, and try again.",
    _Fault.SILENT: "The system's keyring did not answer in time: try again.",
    _Fault.CLOSED: "The database is being closed.",
    _Fault.BROKEN: "The system's keyring refuses{kind}: keep the private key in an encrypted file instead.",
}


@dataclass(frozen=True, slots=True)
class _Failed:
    """A question that was not answered.

    Attributes:
        fault: Why not.
        kind: The type of the backend's own error, "" where there was none. Its text may hold anything.
    """

    fault: _Fault
    kind: str = ""

    @property
    def when_read(self) -> str:
        """The sentence for who needs a key that is in the keyring."""
        what, todo = self.fault.value
        return f"The private key is in the system's keyring, {what}{self._kind}: {todo}."

    @property
    def when_changed(self) -> str:
        """The sentence for who wants to change an entry."""
        return _NOT_KEPT[self.fault].format(kind=self._kind)

    @property
    def _kind(self) -> str:
        return f" ({self.kind})" if self.kind else ""


def entry_name(public_key: str) -> str:
    """Return the name of the entry that a pair's private key is kept in."""
    return f"vapid {fingerprint(public_key).replace(' ', '')}"


class KeyringEntries:
    """Asks the keyring, on a thread of its own for each question: the desktop may ask its user for a password first.

    Nobody who has to end waits for that thread: it ends with its process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: set[Future[Any]] = set()
        self._closed = False

    def backend_name(self) -> str:
        """Return what the keyring calls itself, "" where there is none that can be used."""
        answer = self._ask(_best_name, ANSWER_WITHIN_S)
        return "" if isinstance(answer, _Failed) else answer

    def read(self, public_key: str, entry: str, *, asked_for: bool) -> VapidKeys:
        """Return the pair whose private key is in an entry.

        Args:
            public_key: Of the pair.
            entry: Its name.
            asked_for: Somebody has just asked for it, and is there to answer a prompt.

        Raises:
            KeysLocked: It cannot be had now.
            InvalidKeys: The entry holds something else.
        """
        within_s = ANSWER_WITHIN_S if asked_for else UNASKED_WITHIN_S
        answer = self._ask(lambda: _read(public_key, entry), within_s)
        if isinstance(answer, _Failed):
            raise KeysLocked(answer.when_read)
        if answer is None:
            raise KeysLocked(
                f'The system\'s keyring has no entry "{entry}" of {SERVICE}, where the private key was kept: '
                "import the pair from a backup."
            )
        with suppress(InvalidKeys):
            answer.check()
            return answer
        raise InvalidKeys(f'The entry "{entry}" of the system\'s keyring does not hold the private key of this pair.')

    def has(self, keys: VapidKeys, entry: str) -> bool:
        """Return whether an entry holds the private key of a pair.

        Raises:
            StoreError: The keyring refuses.
        """
        return self._demand(lambda: _read(keys.public_key, entry)) == keys

    def write(self, keys: VapidKeys, entry: str) -> None:
        """Keep the private key of a pair in an entry.

        Raises:
            StoreError: The keyring refuses; it may still take the key later where it did not answer.
        """
        self._demand(lambda: _write(keys, entry))

    def delete(self, entry: str) -> None:
        """Delete an entry, where there is one.

        Raises:
            StoreError: The keyring refuses; it stays then, also where a prompt is answered later.
        """
        given_up = threading.Event()
        try:
            self._demand(lambda: _delete(entry, given_up))
        except StoreError:
            given_up.set()
            raise

    def close(self) -> None:
        """Wait for no answer any more."""
        with self._lock:
            self._closed = True
            asked = tuple(self._asked)
        for question in asked:
            question.cancel()

    def _demand(self, question: Callable[[], Answer]) -> Answer:
        answer = self._ask(question, ANSWER_WITHIN_S)
        if isinstance(answer, _Failed):
            raise StoreError(answer.when_changed)
        return answer

    def _ask(self, question: Callable[[], Answer], within_s: float) -> Answer | _Failed:
        future: Future[Answer | _Failed] = Future()

        def work() -> None:
            answer = _answer(question)
            with suppress(InvalidStateError):  # nobody waits any more
                future.set_result(answer)

        with self._lock:
            if self._closed:
                return _Failed(_Fault.CLOSED)
            self._asked.add(future)
        threading.Thread(target=work, name="webpush-keyring", daemon=True).start()
        try:
            return future.result(within_s)
        except TimeoutError:
            return _Failed(_Fault.SILENT)
        except CancelledError:
            return _Failed(_Fault.CLOSED)
        finally:
            with self._lock:
                self._asked.discard(future)


def _answer(question: Callable[[], Answer]) -> Answer | _Failed:
    # Imported here, as below: many never ask, and none before the first paint.
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    try:
        return question()
    except _Unusable as error:
        return _Failed(error.fault)
    except NoKeyringError:
        return _Failed(_Fault.NONE)
    except (KeyringLocked, InitError):
        return _Failed(_Fault.LOCKED)
    except Exception as error:  # noqa: BLE001 -- each system has a backend, which raises what its libraries raise
        return _Failed(_Fault.BROKEN, type(error).__name__)


class _Unusable(Exception):
    def __init__(self, fault: _Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def _read(public_key: str, entry: str) -> VapidKeys | None:
    for backend in _backends():
        found = backend.get_password(SERVICE, entry)
        if found is not None:
            return VapidKeys(public_key, found)
    return None


def _write(keys: VapidKeys, entry: str) -> None:
    _backends()[0].set_password(SERVICE, entry, keys.private_key)


def _delete(entry: str, given_up: threading.Event) -> None:
    for backend in _backends():
        # Until somebody has answered its prompt, a pair may be kept in it again.
        if backend.get_password(SERVICE, entry) is not None and not given_up.is_set():
            backend.delete_password(SERVICE, entry)


def _best_name() -> str:
    best = _backends()[0]
    module = type(best).__module__
    return next((name for prefix, name in _NAMES.items() if module.startswith(prefix)), None) or best.name


def _backends() -> "list[KeyringBackend]":
    """Return what can be used, the best first. Where the library chains several, an entry may be in each of them.

    Raises:
        _Unusable: Nothing.
    """
    import keyring
    from keyring.backends import chainer, fail, null

    chosen = keyring.get_keyring()
    chain = chosen.backends if isinstance(chosen, chainer.ChainerBackend) else [chosen]
    real = [backend for backend in chain if not isinstance(backend, (fail.Keyring, null.Keyring))]
    # A plain file that is readable by every program of the user protects nothing that a database with mode 0600 does
    # not protect; the operator is to be told so instead of believing otherwise.
    kept = [backend for backend in real if not type(backend).__module__.startswith(_PLAIN)]
    if not kept:
        raise _Unusable(_Fault.PLAIN if real else _Fault.NONE)
    return kept

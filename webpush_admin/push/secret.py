"""A text that must never be seen by accident: a passphrase, or a private key on its way to where it was asked for.

Runs on: any
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """Keeps a text out of logs, tracebacks and comparisons that are printed.

    Attributes:
        text: The secret itself. Never a local of the core for longer than a call.
    """

    text: str

    def __bool__(self) -> bool:
        return bool(self.text)

    def __repr__(self) -> str:
        return "Secret([struck])"


NO_SECRET = Secret("")

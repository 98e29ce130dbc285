"""What a database is opened with.

Runs on: any (`Opening.discard`: a thread that may wait)
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.sandbox.process import Sandbox


@dataclass(frozen=True, slots=True)
class Opening:
    """What a database is opened with.

    Attributes:
        url: "sqlite:///path".
        create: Make a missing or empty file.
        subject: Replaces the subject that is kept with the database; "" leaves it.
        ca_file: Certificate authorities to trust instead of the system's.
        sandbox: Runs beside the database, and ends with it.
        folder: Deleted with everything in it when the session ends.
        read_only: Never write to it; None lets the file decide.
        loopback_port: Of a push service on this machine that may be sent to, None for none. Asked for by the operator.
        first_keys: Make a key pair where there is none and no subscription; else the file stays without.
    """

    url: str
    create: bool
    subject: str = ""
    ca_file: Path | None = None
    sandbox: Sandbox | None = None
    folder: Path | None = None
    read_only: bool | None = None
    loopback_port: int | None = None
    first_keys: bool = True

    @property
    def policy(self) -> EndpointPolicy:
        """Loopback means one port, the running sandbox's or the one asked for: a row must not reach other services."""
        port = self.loopback_port if self.sandbox is None else self.sandbox.port
        return EndpointPolicy() if port is None else EndpointPolicy(allow_loopback=True, loopback_port=port)

    def discard(self) -> None:
        """End the sandbox and delete the folder. Blocks for up to a second."""
        if self.sandbox is not None:
            self.sandbox.close()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

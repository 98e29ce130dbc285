"""What the command line asks of the window; free of Qt, so that bad arguments are told without loading it.

Runs on: any
"""

from pathlib import Path
from typing import NamedTuple


class LaunchOptions(NamedTuple):
    """How the window starts.

    Attributes:
        url: Database to open ("sqlite:///push.db"), None for none.
        subject: VAPID subject for it, "" for the one that is kept with it.
        ca_file: Root certificates for the push services, None for the system's.
        demo: Open the throw-away database on the sandbox.
        tour: Folder for the pictures of the tour, None for no tour.
        read_only: Never write to the database, whatever it says itself.
        metrics: Port at which the totals are told to Prometheus, 0 for a free one, None for none.
    """

    url: str | None = None
    subject: str = ""
    ca_file: Path | None = None
    demo: bool = False
    tour: Path | None = None
    read_only: bool = False
    metrics: int | None = None

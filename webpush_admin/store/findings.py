"""What the audit found, in a file of its own beside the database: nothing is written to what is being looked at.

Runs on: any
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Column, Integer, MetaData, Table

from webpush_admin.store.engine import Database

findings: Final = Table(
    "findings",
    MetaData(schema="side"),
    # A subscription with at least one finding. Rows of subscriptions that were deleted stay; their ids never come back.
    Column("id", Integer, primary_key=True),
    # Of `rows.Finding`.
    Column("found", Integer, nullable=False),
    # Place in `Findings.services`.
    Column("service", Integer, nullable=False),
)
"""As a reading connection sees it once `Database.attach_findings` has attached `Findings.path`; see `Findings.ready`."""


class Findings:
    """The findings of one open database.

    Attributes:
        ready: An audit has ended: `findings` can be attached and joined.
    """

    def __init__(self, database: Database) -> None:
        self.ready = False
        self._database = database

    @property
    def path(self) -> Path:
        """The file that they are in."""
        return self._database.side.file("findings.db")

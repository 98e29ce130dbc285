"""The numbers of the tour: what the window says, what the history says, and what the sandbox counted.

Runs on: any
"""

from dataclasses import dataclass

from webpush_admin.sandbox.records import SandboxCounts


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the window's own labels say, what its history adds up to, and what the sandbox counted."""

    delivered: int
    failed: int
    pruned: int
    retries: int
    cache_hits: int
    cache_misses: int
    generation_max: int
    history_delivered: int
    history_gone: int
    history_failed: int
    sandbox_received: int
    sandbox_decrypted: int

    def contradictions(
        self, sandbox: SandboxCounts, gone: int, rows_gone: int, blocked: int, unwritten: tuple[int, int]
    ) -> list[str]:
        """Return where window, history, sandbox and database disagree, a sentence each.

        Args:
            sandbox: Its own counters, asked for after the last push.
            gone: 410s as the window says.
            rows_gone: Rows that were in the database before and are not now.
            blocked: Pushes that our own checks refused, so that no service can have counted them.
            unwritten: Delivered and failed in demonstrations, which are not in the history.
        """
        delivered, failed = self.delivered - unwritten[0], self.failed - unwritten[1]
        unwell = sandbox.refused + sandbox.dropped
        pairs = (
            ("delivered", self.delivered, "the sandbox's 2xx answers", sandbox.accepted),
            ("pruned", self.pruned, "the sandbox's 410 answers", sandbox.gone),
            ("pruned", self.pruned, "the rows that are gone", rows_gone),
            ("gone", gone, "the sandbox's 410 answers", sandbox.gone),
            # What is tried again has been refused once more than its push has failed.
            ("failed", self.failed - blocked + self.retries, "what the sandbox refused or dropped", unwell),
            ("history_delivered", self.history_delivered, "the window's deliveries", delivered),
            ("history_gone", self.history_gone, "the sandbox's 410 answers", sandbox.gone),
            ("history_failed", self.history_failed, "the window's failures", failed),
            ("sandbox_decrypted", self.sandbox_decrypted, "the requests that it received", sandbox.received),
        )
        return [f"{name} is {shown}, {other} are {count}" for name, shown, other, count in pairs if shown != count]

"""What is kept of a row that was pruned, however odd it is."""

from datetime import UTC, datetime
from uuid import UUID

from tests.push.material import row
from webpush_admin.backend.pruned_log import PrunedLog
from webpush_admin.push.events import SubscriptionsPruned
from webpush_admin.push.tally import LONGEST_HOST

USER = UUID(int=1)


def test_a_host_of_a_megabyte_is_not_kept_whole() -> None:
    log = PrunedLog()
    gone = row(1, endpoint=f"https://{'a' * 1_000_000}.invalid/x")
    log.add(SubscriptionsPruned(USER, (gone,), datetime.now(UTC)))
    assert log.rows()[0].host == "a" * LONGEST_HOST
    log.known(gone, None, "gone-for-good", "It was given up.", 3)
    assert (log.rows()[0].rule, log.rows()[0].send) == ("gone-for-good", 3)

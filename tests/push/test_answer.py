"""Deliveries and their report: what counts as a failure, and how failures are told.

Runs on: any
"""

import pytest

from tests.push.material import AUTH, row
from webpush_admin.push.answer import Delivery, DispatchReport, Outcome
from webpush_admin.push.errors import DispatchError


@pytest.mark.parametrize(
    ("outcome", "failed"),
    [
        (Outcome.ACCEPTED, False),
        (Outcome.GONE, False),
        (Outcome.REJECTED, True),
        (Outcome.UNREACHABLE, True),
        (Outcome.BLOCKED, True),
        (Outcome.NOT_SENT, True),
    ],
)
def test_accepted_and_gone_are_no_failures(outcome: Outcome, failed: bool) -> None:
    assert Delivery(row(), outcome).failed is failed


def test_a_gone_row_that_could_not_be_deleted_is_a_failure() -> None:
    delivery = Delivery(row(), Outcome.GONE, 410, "It could not be deleted.", prune_failed=True)
    assert delivery.failed
    with pytest.raises(DispatchError, match="could not be deleted"):
        DispatchReport((delivery,)).raise_for_failures()


def test_a_report_without_failures_raises_nothing() -> None:
    DispatchReport().raise_for_failures()
    DispatchReport((Delivery(row(), Outcome.ACCEPTED, 201), Delivery(row(), Outcome.GONE, 410))).raise_for_failures()


def test_at_most_five_failures_are_told_with_status_and_300_characters_of_the_body() -> None:
    rejected = [Delivery(row(number), Outcome.REJECTED, 500, "Why.", "x" * 400) for number in range(1, 8)]
    report = DispatchReport((Delivery(row(9), Outcome.ACCEPTED, 201), *rejected))
    assert report.failures == tuple(rejected)
    with pytest.raises(DispatchError) as raised:
        report.raise_for_failures()
    told = str(raised.value)
    assert told.startswith("7 of 8 pushes failed: push.example.net/…et/1: 500 Why. xxx")
    assert told.endswith("; and 2 more")
    assert told.count("500 Why. ") == 5
    assert told.count("x" * 300) == 5
    assert "x" * 301 not in told


def test_five_failures_need_no_and_more() -> None:
    report = DispatchReport(tuple(Delivery(row(number), Outcome.REJECTED, 500) for number in range(5)))
    with pytest.raises(DispatchError) as raised:
        report.raise_for_failures()
    assert "more" not in str(raised.value)


def test_a_failure_without_a_status_is_told_by_its_outcome() -> None:
    delivery = Delivery(row(), Outcome.UNREACHABLE, reason="The connection was refused.")
    assert str(delivery) == "push.example.net/…et/1: unreachable The connection was refused."


def test_failures_are_told_without_secrets() -> None:
    delivery = Delivery(row(endpoint="https://push.example.net/capability-1234"), Outcome.REJECTED, 403)
    with pytest.raises(DispatchError) as raised:
        DispatchReport((delivery,)).raise_for_failures()
    assert "capability" not in str(raised.value)
    assert AUTH not in repr(raised.value) + repr(delivery)


def test_a_report_is_counted_and_walked_in_order() -> None:
    deliveries = (Delivery(row(1), Outcome.ACCEPTED), Delivery(row(2), Outcome.GONE), Delivery(row(3), Outcome.GONE))
    report = DispatchReport(deliveries)
    assert tuple(report) == deliveries
    assert len(report) == 3
    assert (report.count(Outcome.GONE), report.count(Outcome.REJECTED)) == (2, 0)

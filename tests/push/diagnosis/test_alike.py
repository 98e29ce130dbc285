"""Where every push to a host fails alike, the sentence says that it is not the rows.

Runs on: any
"""

import pytest

from webpush_admin.push.answer import Outcome
from webpush_admin.push.diagnosis import AnsweredAlike, told_alike


def _host(outcomes: dict[Outcome, int], statuses: dict[int, int]) -> AnsweredAlike:
    return AnsweredAlike("web.push.apple.com", tuple(outcomes.items()), tuple(statuses.items()))


def test_every_push_that_fails_for_configuration_is_told_with_its_number() -> None:
    told = told_alike(
        [
            _host({Outcome.REJECTED: 1204, Outcome.NOT_SENT: 3}, {403: 1204}),
            _host({Outcome.ACCEPTED: 7}, {201: 7}),
            _host({Outcome.REJECTED: 5}, {403: 2, 401: 3}),
            _host({Outcome.UNREACHABLE: 12}, {}),
        ]
    )
    configuration = "succeeded: that is configuration (keys, claims), not rows. Nothing was pruned."
    no_answer = "an answer: that is the network or the service, not the rows. Nothing was pruned."
    assert told == (
        f"Every push to web.push.apple.com failed with 403 and none of 1,204 {configuration}",
        f"Every push to web.push.apple.com failed with 401 or 403 and none of 5 {configuration}",
        f"None of 12 pushes to web.push.apple.com got {no_answer}",
    )


@pytest.mark.parametrize(
    ("outcomes", "statuses"),
    [
        ({}, {}),
        ({Outcome.REJECTED: 1}, {403: 1}),
        ({Outcome.REJECTED: 9, Outcome.ACCEPTED: 1}, {403: 9, 201: 1}),
        ({Outcome.REJECTED: 9, Outcome.GONE: 1}, {403: 9, 410: 1}),
        ({Outcome.REJECTED: 9}, {403: 8, 429: 1}),
        ({Outcome.REJECTED: 9, Outcome.UNREACHABLE: 1}, {403: 9}),
        ({Outcome.NOT_SENT: 9}, {}),
        ({Outcome.BLOCKED: 9}, {}),
    ],
)
def test_anything_else_is_no_pattern(outcomes: dict[Outcome, int], statuses: dict[int, int]) -> None:
    assert told_alike([_host(outcomes, statuses)]) == ()

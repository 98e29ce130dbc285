"""The numbers that stand for outcomes and states in the tables of the history.

Runs on: any
"""

from typing import Final

from webpush_admin.push.answer import Outcome
from webpush_admin.store.history_rows import SendState

# A place is for good: files hold these numbers. What is new comes last.
OUTCOMES: Final = (
    Outcome.ACCEPTED,
    Outcome.GONE,
    Outcome.REJECTED,
    Outcome.UNREACHABLE,
    Outcome.BLOCKED,
    Outcome.NOT_SENT,
    Outcome.UNKNOWN,
)
STATES: Final = (SendState.RUNNING, SendState.ENDED, SendState.STOPPED, SendState.BROKEN_OFF)

CODE_OF: Final = {outcome: code for code, outcome in enumerate(OUTCOMES)}
STATE_CODE_OF: Final = {state: code for code, state in enumerate(STATES)}

UNKNOWN: Final = CODE_OF[Outcome.UNKNOWN]
LAST_WELL: Final = CODE_OF[Outcome.GONE]
"""What has a larger number has failed."""

RUNNING: Final = STATE_CODE_OF[SendState.RUNNING]


def outcome_of(code: int) -> Outcome:
    """Return the outcome of a number; one that somebody else has written is not known."""
    return OUTCOMES[code] if 0 <= code < len(OUTCOMES) else Outcome.UNKNOWN


def state_of(code: int) -> SendState:
    """Return the state of a number, likewise."""
    return STATES[code] if 0 <= code < len(STATES) else SendState.BROKEN_OFF

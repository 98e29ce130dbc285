"""The answers that push services were seen to give, each with the rule and the action that it must lead to.

Runs on: any
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from webpush_admin.push.answer import Answer, DiagnosisAction, Failure

NOW: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FOLDER: Final = Path(__file__).parents[2] / "data" / "diagnosis"


@dataclass(frozen=True)
class Recorded:
    """One answer.

    Attributes:
        file: Where it stands.
        temper: How the sandbox gives it, None where it cannot.
        host: Who gave it.
        answer: What came; its headers in lower case.
        first_404_at: When the 404s began, None where there was none before.
        rule: That speaks of it, None for an answer that needs no diagnosis.
        action: Of the rule.
    """

    file: str
    temper: str | None
    host: str
    answer: Answer
    first_404_at: datetime | None
    rule: str | None
    action: DiagnosisAction | None


def _recorded(file: str, told: dict[str, Any]) -> Recorded:
    hours = told.get("first_404_hours_ago")
    return Recorded(
        file=file,
        temper=told["temper"],
        host=told["host"],
        answer=Answer(
            told.get("status"),
            headers=tuple((name.lower(), value) for name, value in told.get("headers", {}).items()),
            body=told.get("body", "").encode(),
            failure=Failure[told.get("failure", "NONE")],
        ),
        first_404_at=None if hours is None else NOW - timedelta(hours=hours),
        rule=told["rule"],
        action=None if told["action"] is None else DiagnosisAction[told["action"]],
    )


ALL: Final = tuple(
    _recorded(path.stem, told) for path in sorted(FOLDER.glob("*.json")) for told in json.loads(path.read_text("utf-8"))
)

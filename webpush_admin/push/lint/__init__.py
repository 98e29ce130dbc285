"""What can be told of a message before it is sent: rules of push services and browsers that it may break.

Runs on: any
"""

from collections.abc import Iterable

from webpush_admin.push.lint.content import lint_content
from webpush_admin.push.lint.finding import LintFinding, Severity
from webpush_admin.push.lint.headers import (
    careful_bytes,
    fitting_topic,
    lint_size,
    lint_topic,
    lint_ttl,
    room_bytes,
)
from webpush_admin.push.lint.subject import lint_subject
from webpush_admin.push.message import Message
from webpush_admin.push.services import PushService

__all__ = [
    "LintFinding",
    "Severity",
    "careful_bytes",
    "fitting_topic",
    "lint",
    "lint_subject",
    "lint_topic",
    "room_bytes",
]

_WORST_FIRST = tuple(Severity)


def lint(message: Message, subject: str, services: Iterable[PushService]) -> tuple[LintFinding, ...]:
    """Return what is to be said of a message, the worst first.

    Args:
        message: As it would be sent.
        subject: The VAPID subject, "" where none is kept yet: it is asked for before the first send.
        services: The known push services that it goes to.
    """
    concerned = tuple(services)
    ids = {service.id for service in concerned}
    found = [
        *lint_subject(subject),
        *lint_topic(message.topic or "", concerned),
        *lint_ttl(message, concerned),
        *lint_size(message, concerned),
        *lint_content(message, apple="apple" in ids, others=bool(ids - {"apple"})),
    ]
    return tuple(sorted(found, key=lambda finding: _WORST_FIRST.index(finding.severity)))

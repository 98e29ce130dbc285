"""The tables of the audit, and its summary as text.

Runs on: GUI thread
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

from webpush_admin.backend.audit_records import AuditedService, AuditReport
from webpush_admin.gui.models.columns import Column, translate
from webpush_admin.gui.models.findings import WORDS, FindingWords, role
from webpush_admin.gui.models.words import counted, exact_utc
from webpush_admin.push.services import SERVICES
from webpush_admin.store.rows import NOTHING_FOUND, Finding, SubscriptionFilter


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A line of the audit's table.

    Attributes:
        finding: One of them.
        count: How many subscriptions have it.
        checked: Of how many.
    """

    finding: Finding
    count: int
    checked: int

    @property
    def words(self) -> FindingWords:
        """The finding in words."""
        return WORDS[self.finding]


def finding_lines(report: AuditReport, before: Sequence[FindingLine] = ()) -> list[FindingLine]:
    """Return a line for each finding that there can be, those of none last: a nought tells that it was looked for.

    Args:
        report: What was found.
        before: The lines that the same audit had before: theirs is the order, so that none moves under the pointer.
    """
    order = [line.finding for line in before] or sorted(WORDS, key=lambda finding: not report.found.get(finding, 0))
    return [FindingLine(finding, report.found.get(finding, 0), report.checked) for finding in order]


def without(report: AuditReport, finding: Finding, deleted: int) -> AuditReport:
    """Return what is known of a report once so many subscriptions with a finding are deleted."""
    left = max(0, report.found.get(finding, 0) - deleted)
    return replace(
        report,
        flagged=max(0, report.flagged - deleted),
        found={**report.found, finding: left},
        changed_since=True,
    )


def share(count: int, of: int) -> str:
    """Return a part in percent: "0" for nothing, and never "0 %" for something."""
    if not count or not of:
        return "0"
    percent = 100 * count / of
    return "< 0.1 %" if percent < 0.1 else f"{percent:.1f} %"


FINDING_COLUMNS: Final[tuple[Column[FindingLine], ...]] = (
    Column(
        "finding",
        str(QT_TRANSLATE_NOOP("Columns", "Finding")),
        230,
        text=lambda line: line.words.shown_title,
        tip=lambda line: f"{line.words.shown_meaning}\n{line.words.shown_remedy}",
        role=lambda line: role(line.finding) if line.count else "muted",
    ),
    Column(
        "meaning",
        str(QT_TRANSLATE_NOOP("Columns", "What it means")),
        0,
        text=lambda line: line.words.shown_meaning,
        tip=lambda line: f"{line.words.shown_meaning}\n{line.words.shown_remedy}",
        muted=True,
    ),
    Column(
        "count",
        str(QT_TRANSLATE_NOOP("Columns", "Subscriptions")),
        108,
        text=lambda line: f"{line.count:,}",
        tip=lambda _line: "",
        right_aligned=True,
    ),
    Column(
        "share",
        str(QT_TRANSLATE_NOOP("Columns", "Share")),
        76,
        text=lambda line: share(line.count, line.checked),
        tip=lambda _line: "",
        right_aligned=True,
        muted=True,
    ),
)


def _of_service(finding: Finding) -> Column[AuditedService]:
    words = WORDS[finding]
    return Column(
        finding.name or "",
        words.short,
        118 if finding in (Finding.UNKNOWN_HOST, Finding.SAME_BROWSER) else 72,
        text=lambda service: f"{service.found.get(finding, 0):,}",
        tip=lambda service: f"{words.shown_title}: {share(service.found.get(finding, 0), service.checked)}",
        right_aligned=True,
        muted=True,
    )


SERVICE_COLUMNS: Final[tuple[Column[AuditedService], ...]] = (
    Column(
        "service",
        str(QT_TRANSLATE_NOOP("Columns", "Push service")),
        0,
        text=lambda service: translate("Columns", service.name),
        tip=lambda _service: "",
    ),
    Column(
        "checked",
        str(QT_TRANSLATE_NOOP("Columns", "Checked")),
        84,
        text=lambda service: f"{service.checked:,}",
        tip=lambda _service: "",
        right_aligned=True,
    ),
    Column(
        "flagged",
        str(QT_TRANSLATE_NOOP("Columns", "With findings")),
        104,
        text=lambda service: f"{service.flagged:,}",
        tip=lambda service: share(service.flagged, service.checked),
        right_aligned=True,
    ),
    *(_of_service(finding) for finding in WORDS),
)

SERVICE_LEAVES_FIRST: Final = tuple(finding.name or "" for finding in reversed(WORDS))
"""Where it is narrow the rarer ones leave; the summary as text has all of them."""

_MARKED: Final = (QT_TRANSLATE_NOOP("Columns", "Sandbox"), QT_TRANSLATE_NOOP("Columns", "Other hosts"))
"""Names of groups, where the translator's tools find them."""


def flagged(report: AuditReport) -> str:
    """Return how many have a finding: "18,796 with findings"."""
    return translate("Findings", "{0} with findings").format(f"{report.flagged:,}")


def checked(report: AuditReport) -> str:
    """Return what an audit saw: "1,000,000 checked, 981,204 healthy"."""
    return translate("Findings", "{0} checked, {1} healthy").format(f"{report.checked:,}", f"{report.healthy:,}")


def summary(report: AuditReport, database: str) -> str:
    """Return the report as text for a ticket; it names no user and no endpoint."""
    lines = [
        translate("Findings", "Audit of {0}, {1}").format(database, exact_utc(report.at)),
        f"{checked(report)}, {flagged(report)}",
    ]
    if report.changed_since:
        lines.append(translate("Findings", "Subscriptions have changed since; the counts are of what is left."))
    lines += ["", *_counts(report.found, report.checked)]
    for service in report.services:
        total = counted(service.checked, translate("Findings", "subscription"), translate("Findings", "subscriptions"))
        lines += ["", f"{translate('Columns', service.name)}: {total}"]
        lines += _counts(service.found, service.checked) or [f"  {translate('Findings', 'nothing found')}"]
    return "\n".join(lines) + "\n"


def _counts(found: Mapping[Finding, int], checked: int) -> Sequence[str]:
    return [
        f"  {words.shown_title}: {found[finding]:,} ({share(found[finding], checked)})"
        for finding, words in WORDS.items()
        if found.get(finding)
    ]


def service_filter(service: AuditedService) -> SubscriptionFilter | None:
    """Return what shows a push service's subscriptions with any finding, None where no filter names the service."""
    wanted = NOTHING_FOUND
    for finding in service.found:
        wanted |= finding
    known = any(service.name == known.name for known in SERVICES)
    return SubscriptionFilter(findings=wanted, service=service.name) if wanted and known else None

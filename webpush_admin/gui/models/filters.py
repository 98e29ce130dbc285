"""The filters of the table of subscriptions, in words, and as the settings keep them.

Runs on: GUI thread
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.findings import found_words
from webpush_admin.gui.models.time_range import WHENEVER, Recent, TimeRange
from webpush_admin.store.browsers import BROWSERS, OTHER, UNKNOWN
from webpush_admin.store.rows import NOTHING_FOUND, Condition, Finding, SubscriptionFilter

MOST_CHARACTERS: Final = 300
"""Of a text that was kept: no filter needs more."""

_YEARS: Final = (1970, 2999)

NEEDS_AUDIT: Final = frozenset({Condition.INVALID, Condition.DUPLICATE})
"""What the database alone cannot tell."""

BROWSER_NAMES: Final = (*(browser.name for browser in BROWSERS), OTHER, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the table. As `SubscriptionFilter`, but its times may move with the clock."""

    search: str = ""
    anywhere: bool = False
    service: str = ""
    browser: str = ""
    condition: Condition | None = None
    findings: Finding = NOTHING_FOUND
    created: TimeRange = WHENEVER
    success: TimeRange = WHENEVER

    @classmethod
    def of(cls, where: SubscriptionFilter) -> "Filters":
        """Return what somebody else wants to be shown."""
        return cls(
            search=where.search,
            anywhere=where.anywhere,
            service=where.service,
            browser=where.browser,
            condition=where.condition,
            findings=where.findings,
            created=TimeRange(earliest=where.created_from, latest=where.created_to),
            success=TimeRange(
                Recent.NEVER if where.never_succeeded else None, earliest=where.success_from, latest=where.success_to
            ),
        )

    @property
    def needs_audit(self) -> bool:
        """Whether only the audit can tell what matches."""
        return bool(self.findings) or self.condition in NEEDS_AUDIT

    def where(self, now: datetime) -> SubscriptionFilter:
        """Return what to ask the database at this time."""
        created_from, created_to = self.created.bounds(now)
        success_from, success_to = self.success.bounds(now)
        return SubscriptionFilter(
            search=self.search,
            anywhere=self.anywhere and bool(self.search),
            service=self.service,
            browser=self.browser,
            condition=self.condition,
            findings=self.findings,
            created_from=created_from,
            created_to=created_to,
            success_from=success_from,
            success_to=success_to,
            never_succeeded=self.success.recent is Recent.NEVER,
        )

    def words(self) -> dict[str, str]:
        """Return each filter that narrows, in words: attribute to text, the search left out."""
        told = {
            "service": self.service,
            "browser": browser_words(self.browser) if self.browser else "",
            "condition": condition_words(self.condition) if self.condition is not None else "",
            "created": self.created.words(),
            "success": self.success.words(),
            "findings": ", ".join(words.shown_short for words in found_words(self.findings)),
            "anywhere": translate("Filters", "whole endpoints") if self.anywhere else "",
        }
        return {name: text for name, text in told.items() if text}

    def without(self, name: str) -> "Filters":
        """Return them without one, by its attribute."""
        return replace(self, **{name: getattr(NO_FILTERS, name)})

    def sentence(self) -> str:
        """Return all of them in one line, for the place that nothing matches."""
        parts = [f"“{self.search}”"] if self.search else []
        parts += [f"{title_of(name)}: {text}" for name, text in self.words().items()]
        return " · ".join(parts)


NO_FILTERS: Final = Filters()


def title_of(name: str) -> str:
    """Return what a filter is called, by its attribute."""
    return {
        "service": translate("Filters", "Service"),
        "browser": translate("Filters", "Browser"),
        "condition": translate("Filters", "State"),
        "created": translate("Filters", "Created"),
        "success": translate("Filters", "Success"),
        "findings": translate("Filters", "Audit"),
        "anywhere": translate("Filters", "Search in"),
    }[name]


def condition_words(condition: Condition) -> str:
    """Return what a condition is called in the filter."""
    return {
        Condition.OK: translate("Filters", "ok"),
        Condition.NEW: translate("Filters", "no answer yet"),
        Condition.FAILING: translate("Filters", "failing"),
        Condition.SUSPECT: translate("Filters", "suspect"),
        Condition.INVALID: translate("Filters", "invalid"),
        Condition.IDLE: translate("Filters", "idle"),
        Condition.DUPLICATE: translate("Filters", "duplicate"),
    }[condition]


def browser_words(name: str) -> str:
    """Return what the filter shows for a browser's name."""
    special = {OTHER: translate("Filters", "another one"), UNKNOWN: translate("Filters", "unknown")}
    return special.get(name, name)


def to_object(filters: Filters) -> dict[str, object]:
    """Return filters as JSON keeps them; what does not narrow is left out."""
    kept: dict[str, object] = {
        "search": filters.search,
        "anywhere": filters.anywhere,
        "service": filters.service,
        "browser": filters.browser,
        "condition": filters.condition.value if filters.condition is not None else "",
        "findings": int(filters.findings),
        "created": _range_object(filters.created),
        "success": _range_object(filters.success),
    }
    return {name: value for name, value in kept.items() if value}


def from_object(kept: object) -> Filters:
    """Return the filters that JSON kept.

    Raises:
        ValueError: Something is of another kind, or names what there is not.
    """
    if not isinstance(kept, Mapping):
        raise ValueError("no filters")
    condition, findings = _text(kept, "condition"), kept.get("findings", 0)
    if type(findings) is not int or findings < 0 or findings > int(~NOTHING_FOUND):
        raise ValueError("no findings")
    browser = _text(kept, "browser")
    if browser and browser not in BROWSER_NAMES:
        raise ValueError("no browser")
    return Filters(
        search=_text(kept, "search"),
        anywhere=kept.get("anywhere", False) is True,
        service=_text(kept, "service"),
        browser=browser,
        condition=Condition(condition) if condition else None,
        findings=Finding(findings),
        created=_range(kept.get("created", {})),
        success=_range(kept.get("success", {})),
    )


def _text(kept: Mapping[Any, Any], name: str) -> str:
    value = kept.get(name, "")
    if not isinstance(value, str) or len(value) > MOST_CHARACTERS:
        raise ValueError(f"no {name}")
    return value


def _range_object(when: TimeRange) -> dict[str, str]:
    if when.recent is not None:
        return {"recent": when.recent.value}
    bounds = {"earliest": when.earliest, "latest": when.latest}
    return {name: bound.isoformat() for name, bound in bounds.items() if bound is not None}


def _range(kept: object) -> TimeRange:
    if not isinstance(kept, Mapping):
        raise ValueError("no times")
    recent = _text(kept, "recent")
    return TimeRange(
        Recent(recent) if recent else None,
        earliest=_time(_text(kept, "earliest")),
        latest=_time(_text(kept, "latest")),
    )


def _time(text: str) -> datetime | None:
    if not text:
        return None
    read = datetime.fromisoformat(text)
    if read.tzinfo is None or not _YEARS[0] <= read.year <= _YEARS[1]:
        raise ValueError("no time")
    return read.astimezone(UTC)

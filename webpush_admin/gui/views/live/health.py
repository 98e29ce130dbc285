"""Whether the dispatcher is healthy, and if not, why: judged by the last five minutes, so that it can recover.

Runs on: GUI thread
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from webpush_admin.backend.records import Snapshot
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.live_places import LivePlace
from webpush_admin.gui.models.stretches import Sample, Stretch, stretch
from webpush_admin.gui.models.trends import Trends, Window
from webpush_admin.gui.widgets.figures import duration, grouped
from webpush_admin.push.answer import DiagnosisAction
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.push.stats import Rest

JUDGED: Final = Window.FIVE_MINUTES

WORTH_A_LOOK: Final = 0.05
"""Where fewer pushes fail the dispatcher is healthy: some browser is always out of order."""

FAILING: Final = 0.5

_NO_FAILURE: Final = frozenset({DiagnosisAction.PRUNE, DiagnosisAction.SHOW, DiagnosisAction.NOTHING})


@dataclass(frozen=True, slots=True)
class Health:
    """What is said at one glance, and at two.

    Attributes:
        role: "ok", "warn", "bad" or "muted".
        sentence: Whether all is well.
        cause: Why not, "" where there is nothing to say.
        place: Where to look, None where there is nothing to see.
    """

    role: str
    sentence: str
    cause: str = ""
    place: LivePlace | None = None


def failures_by_diagnosis(earlier: Sample, later: Sample) -> tuple[tuple[str, int], ...]:
    """Return what failed between two samples, by what the diagnosis means; the most frequent first."""
    before = dict(earlier.pushes.diagnoses)
    found: Counter[str] = Counter()
    for rule, count in later.pushes.diagnoses:
        diagnosis = diagnosis_called(rule)
        if diagnosis is not None and diagnosis.action not in _NO_FAILURE:
            found[diagnosis.meaning] += count - before.get(rule, 0)
    # What never went out has no answer that could be diagnosed.
    rest = later.pushes.failed - earlier.pushes.failed - found.total()
    not_sent = max(0, min(rest, later.pushes.not_sent - earlier.pushes.not_sent))
    found[translate("Health", "not sent")] += not_sent
    found[translate("Health", "refused by our own checks")] += max(0, rest - not_sent)
    return tuple((meaning, count) for meaning, count in found.most_common() if count > 0)


def health(trends: Trends, snapshot: Snapshot, now: datetime) -> Health:
    """Return how the dispatcher is.

    Args:
        trends: The last minutes.
        snapshot: The newest.
        now: Aware.
    """
    ends = trends.ends(JUDGED)
    if ends is None:
        return Health("muted", translate("Health", "Ready. Nothing has been counted yet."))
    lately = stretch(*ends, known=True)
    if lately.reads_failed:
        sentence = translate("Health", "Failing. The database refused {reads} reads in the last 5 min.")
        return Health("bad", sentence.format(reads=grouped(lately.reads_failed)), "", LivePlace.EVENTS)
    if lately.failed > WORTH_A_LOOK * lately.finished:
        return _failing(lately, ends)
    role, sentence = _well(trends, lately)
    if snapshot.pushes.resting:
        return Health("warn", sentence, _rests(snapshot.pushes.resting, now), LivePlace.SERVICES)
    if lately.lost:
        lost = translate("Health", "{lost} events were lost: lists lack them, totals do not.")
        return Health(role, sentence, lost.format(lost=grouped(lately.lost)), LivePlace.EVENTS)
    if lately.failed:
        return Health(role, sentence, _most_often(ends), LivePlace.SERVICES)
    return Health(role, sentence)


def _failing(lately: Stretch, ends: tuple[Sample, Sample]) -> Health:
    share = lately.failed / lately.finished
    if share < FAILING:
        role = "warn"
        sentence = translate("Health", "Worth a look. {failed} of {finished} failed in 5 min.")
    else:
        role = "bad"
        sentence = translate("Health", "Failing. {failed} of {finished} failed in 5 min.")
    told = sentence.format(failed=grouped(lately.failed), finished=grouped(lately.finished))
    return Health(role, told, _most_often(ends), LivePlace.SERVICES)


def _most_often(ends: tuple[Sample, Sample]) -> str:
    causes = failures_by_diagnosis(*ends)
    if not causes:
        return ""
    meaning, count = causes[0]
    if len(causes) == 1:
        return translate("Health", "Because of: {meaning}").format(meaning=meaning)
    if 2 * count > sum(count for _, count in causes):
        return translate("Health", "Mostly: {meaning}").format(meaning=meaning)
    return translate("Health", "Most often: {meaning}").format(meaning=meaning)


def _well(trends: Trends, lately: Stretch) -> tuple[str, str]:
    """Return role and sentence where nothing much failed."""
    if lately.finished:
        counts = {"accepted": grouped(lately.accepted), "finished": grouped(lately.finished)}
        if lately.failed:
            sentence = translate("Health", "Healthy. {accepted} of {finished} delivered in 5 min, {failed} failed.")
            return "ok", sentence.format(**counts, failed=grouped(lately.failed))
        sentence = translate("Health", "Healthy. {accepted} of {finished} delivered in 5 min, none failed.")
        return "ok", sentence.format(**counts)
    if trends.spell is None or trends.newest is None:
        return "muted", translate("Health", "Ready. Nothing has been sent since the database was opened.")
    last = stretch(*trends.spell, known=True)
    sentence = translate("Health", "Quiet for {time}. Last: {accepted} of {finished} delivered.")
    quiet = duration(60 * ((trends.newest.at_s - last.at_s) // 60)).removesuffix(" 0 s")
    return "muted", sentence.format(time=quiet, accepted=grouped(last.accepted), finished=grouped(last.finished))


def _rests(resting: tuple[Rest, ...], now: datetime) -> str:
    """Say who is left alone the longest, and why."""
    rest = max(resting, key=lambda rest: rest.until)
    if rest.asked:
        cause = translate("Health", "{service} has asked for patience: nothing goes there for {time}.")
    else:
        cause = translate("Health", "{service} keeps failing: nothing goes there for {time}.")
    left_s = (rest.until - now.astimezone(UTC)).total_seconds()
    told = cause.format(service=rest.service, time=duration(left_s))
    if len(resting) == 1:
        return told
    return told + translate("Health", " {count} more rest.").format(count=len(resting) - 1)

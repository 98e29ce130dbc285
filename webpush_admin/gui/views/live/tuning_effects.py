"""What each setting of the running dispatcher does now, in a number, some words and a share.

Runs on: GUI thread
"""

from dataclasses import dataclass

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.tuning import Held
from webpush_admin.gui.widgets.figures import grouped, percent, rate
from webpush_admin.push.stats import CacheStats, PushStats
from webpush_admin.push.tuning import Tuning


@dataclass(frozen=True, slots=True)
class State:
    """What settings are judged by.

    Attributes:
        running: The settings in force.
        cache, pushes: The newest counters.
        held: What the cache holds, as of some seconds ago.
        changed: The counters of the cache when its time was last changed here, None where it was not.
        per_s: Pushes a second, in all.
        fastest: Name and pushes a second of the push service that takes most; hostile text.
    """

    running: Tuning
    cache: CacheStats
    pushes: PushStats
    held: Held
    changed: CacheStats | None
    per_s: float
    fastest: tuple[str, float]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a setting does now.

    Attributes:
        number: The number that it moves.
        detail: What else tells of it; may be hostile.
        share: How much of what it allows is used, 0.0 to 1.0; None where it allows anything.
    """

    number: str
    detail: str
    share: float | None = None


def ttl_effect(state: State) -> Effect:
    """Return how much of what is held is served from memory, and what that saves."""
    counted = translate("Tuning", "{fresh} fresh, {expired} expired")
    held = counted if state.held.told_apart else translate("Tuning", "{fresh} held")
    number = held.format(fresh=grouped(state.held.fresh), expired=grouped(state.held.expired))
    share = state.cache.hit_rate
    if share is None:
        return Effect(number, translate("Tuning", "Nobody has asked yet."))
    if state.changed is None:
        return Effect(number, translate("Tuning", "Hit rate {rate}").format(rate=percent(share)), share)
    since = _since(state.cache, state.changed)
    if since is None:
        return Effect(number, translate("Tuning", "Nobody has asked since the change."))
    words = translate("Tuning", "Hit rate {now} since, {before} before")
    before = "–" if state.changed.hit_rate is None else percent(state.changed.hit_rate)
    return Effect(number, words.format(now=percent(since), before=before), since)


def _since(now: CacheStats, before: CacheStats) -> float | None:
    return CacheStats(
        hits=now.hits - before.hits, misses=now.misses - before.misses, joins=now.joins - before.joins
    ).hit_rate


def bound_effect(state: State) -> Effect:
    """Return how full the cache is."""
    held, most = state.cache.entries, state.running.max_entries
    number = translate("Tuning", "{held} of {most} held").format(held=grouped(held), most=grouped(most))
    dropped = translate("Tuning", "{n} dropped because it was full").format(n=grouped(state.cache.evictions))
    return Effect(number, dropped, held / most)


def lanes_effect(state: State) -> Effect:
    """Return how many lanes are busy."""
    busy, lanes = state.pushes.in_flight, state.running.lanes
    number = translate("Tuning", "{busy} of {lanes} busy").format(busy=grouped(busy), lanes=grouped(lanes))
    return Effect(number, translate("Tuning", "{rate} pushes/s").format(rate=rate(state.per_s)), busy / lanes)


def at_once_effect(state: State) -> Effect:
    """Return which push service has most under way."""
    busiest = max(state.pushes.services, key=lambda service: service.in_flight, default=None)
    most = state.running.at_once
    if busiest is None or not busiest.in_flight:
        return Effect(translate("Tuning", "0 of {most}").format(most=grouped(most)), _idle(), 0.0)
    number = translate("Tuning", "{busy} of {most}").format(busy=grouped(busiest.in_flight), most=grouped(most))
    return Effect(number, translate("Tuning", "{name} has most").format(name=busiest.name), busiest.in_flight / most)


def rate_effect(state: State) -> Effect:
    """Return which push service takes most."""
    name, per_s = state.fastest
    most = state.running.per_second
    number = translate("Tuning", "{rate} pushes/s").format(rate=rate(per_s))
    detail = translate("Tuning", "{name} takes most").format(name=name) if per_s > 0 else _idle()
    return Effect(number, detail, per_s / most if most else None)


def _idle() -> str:
    return translate("Tuning", "Nothing is under way.")

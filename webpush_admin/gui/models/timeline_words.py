"""The timeline's rows in words: a word, some words for a narrow place, and a sentence that a newcomer understands.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import Final

from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.outcomes import OUTCOME_ROLES, told
from webpush_admin.gui.models.timeline import Kind, Row
from webpush_admin.gui.models.timeline_kinds import KINDS
from webpush_admin.gui.models.words import clock_utc, counted
from webpush_admin.gui.text import display_text

REASON_CHARACTERS: Final = 160


def word(row: Row) -> str:
    """Return what happened, in a word or two."""
    return translate("Timeline", KINDS[row.kind].word)


def role(row: Row) -> str:
    """Return the role of the word's colour."""
    if row.outcomes:
        roles = {OUTCOME_ROLES[outcome] for outcome in row.outcomes}
        return next(role for role in ("bad", "warn", "muted", "ok") if role in roles)
    return KINDS[row.kind].role


def brief(row: Row) -> str:
    """Return the rest of the line where it is narrow; hostile text is escaped."""
    return display_text(_BRIEF[row.kind](row), REASON_CHARACTERS)


def sentence(row: Row) -> str:
    """Return what happened, in a sentence or two that go on from the word; hostile text is escaped."""
    return display_text(_SENTENCES[row.kind](row), 2 * REASON_CHARACTERS)


def in_full(row: Row) -> str:
    """Return the word and the sentence."""
    return f"{word(row)}. {sentence(row)}"


def spoken(row: Row) -> str:
    """Return the row as a screen reader says it."""
    parts = [
        clock_utc(row.at) if row.at is not None else "",
        translate("Timeline", "generation {0}").format(_number(row.generation)) if row.generation is not None else "",
        in_full(row),
    ]
    return ". ".join(part for part in parts if part)


def tip(row: Row) -> str:
    """Return what the pointer is told: the sentence, and what this kind of row means, and when it was."""
    told = f"{in_full(row)}\n{translate('Timeline', KINDS[row.kind].meaning)}"
    return told if row.at is None else f"{told}\n{clock_utc(row.at)} UTC"


def _number(generation: int | None) -> str:
    return f"{generation:,}" if generation is not None else "–"


def _rows(count: int) -> str:
    return counted(count, translate("Timeline", "row"), translate("Timeline", "rows"))


def _pushes(count: int) -> str:
    return counted(count, translate("Timeline", "push"), translate("Timeline", "pushes"))


def _events(count: int | None) -> str:
    return (
        counted(count, translate("Timeline", "event"), translate("Timeline", "events"))
        if count is not None
        else translate("Timeline", "some events")
    )


def _times(row: Row) -> str:
    return f"{row.count:,} ×" if row.count > 1 else ""


def _reason(row: Row) -> str:
    return display_text(str(row.event.reason), REASON_CHARACTERS)


def _endpoints(row: Row) -> str:
    return ", ".join(one.masked for one in row.event.subscriptions[:3])


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _kept_sentence(row: Row) -> str:
    if row.event.rows:
        then = translate("Timeline", "memory serves {0} from now on.").format(_rows(row.event.rows))
    else:
        then = translate("Timeline", "there are no subscriptions, and that is remembered.")
    return translate("Timeline", "It ended in generation {0}, in which it began: {1}").format(
        _number(row.generation), then
    )


def _discarded_sentence(row: Row) -> str:
    return translate(
        "Timeline", "It began in generation {0}, the user is in {1} now: kept, it would bring back rows of before."
    ).format(_number(row.event.read_generation), _number(row.generation))


def _pruned_sentence(row: Row) -> str:
    if row.event.removed:
        first = translate("Timeline", "{0} taken out of memory without a read.").format(_rows(row.event.removed))
    else:
        first = translate("Timeline", "There was nothing to take out of memory.")
    second = translate("Timeline", "Generation {0} begins: a read under way may still have seen them.")
    return _join(first, second.format(_number(row.generation)))


def _invalidated_sentence(row: Row) -> str:
    if row.written:
        told = translate(
            "Timeline", "Rows were written, so generation {0} begins: what was read, or is being read, is not kept."
        )
    else:
        told = translate("Timeline", "Generation {0} begins: what was read, or is being read, is not kept.")
    return told.format(_number(row.generation))


def _dispatch_brief(row: Row) -> str:
    if not row.event.targets:
        return translate("Timeline", "to nobody")
    if not row.outcomes:
        return _pushes(row.event.targets)
    answered = sum(row.outcomes.values())
    before = translate("Timeline", "{0} of {1}:").format(f"{answered:,}", f"{row.event.targets:,}")
    return _join(before if answered < row.event.targets else "", told(row.outcomes))


def _dispatch_sentence(row: Row) -> str:
    targets, answered = row.event.targets, sum(row.outcomes.values())
    if not targets:
        return translate("Timeline", "To nobody: the user has no subscriptions.")
    began = translate("Timeline", "{0} to send: the rows are known.").format(_pushes(targets))
    if not answered:
        return began
    first = translate("Timeline", "{0}: {1}.").format(_pushes(targets), told(row.outcomes))
    if answered < targets:
        left = translate("Timeline", "{0} without an answer yet.").format(_pushes(targets - answered))
        return _join(first, left)
    return _join(first, _push_reason(row) if answered == 1 else "")


def _pushes_sentence(row: Row) -> str:
    test = row.push is not None and row.push.test
    answered = sum(row.outcomes.values())
    first = translate("Timeline", "{0}: {1}.").format(_pushes(answered), told(row.outcomes))
    past = translate("Timeline", "A test, past the cache.") if test else ""
    return _join(past, first, _push_reason(row) if answered == 1 else "")


def _push_reason(row: Row) -> str:
    return display_text(row.push.delivery.reason, REASON_CHARACTERS) if row.push is not None else ""


def _pushes_brief(row: Row) -> str:
    test = translate("Timeline", "test:") if row.push is not None and row.push.test else ""
    return _join(test, told(row.outcomes))


def _deleted_sentence(row: Row) -> str:
    count = len(row.event.subscriptions)
    more = translate("Timeline", " and {0} more").format(f"{count - 3:,}") if count > 3 else ""
    return translate("Timeline", "{0} deleted from the database, since the subscription has ended: {1}{2}.").format(
        _rows(count), _endpoints(row), more
    )


_BRIEF: Final[dict[Kind, Callable[[Row], str]]] = {
    Kind.READ: lambda row: translate("Timeline", "in generation {0}").format(_number(row.generation)),
    Kind.JOINED: lambda row: _join(_times(row), translate("Timeline", "waits for the read")),
    Kind.KEPT: lambda row: _rows(row.event.rows),
    Kind.DISCARDED: lambda row: translate("Timeline", "began in {0}, now {1}").format(
        _number(row.event.read_generation), _number(row.generation)
    ),
    Kind.FAILED: _reason,
    Kind.HIT: lambda row: _join(_times(row), translate("Timeline", "from memory")),
    Kind.INVALIDATED: lambda row: translate("Timeline", "generation {0}").format(_number(row.generation)),
    Kind.PRUNED: lambda row: translate("Timeline", "{0} out of memory").format(_rows(row.event.removed)),
    Kind.EVICTED: lambda _row: translate("Timeline", "the cache was full"),
    Kind.CLEARED: _reason,
    Kind.DISPATCH: _dispatch_brief,
    Kind.PUSHES: _pushes_brief,
    Kind.FINISHED: lambda _row: "",
    Kind.DELETED: lambda row: _rows(len(row.event.subscriptions)),
    Kind.CHANGED: lambda _row: translate("Timeline", "to the database"),
    Kind.LOST: lambda row: _events(row.event.count),
    Kind.LEFT_OUT: lambda row: _events(row.event.count),
}

_SENTENCES: Final[dict[Kind, Callable[[Row], str]]] = {
    Kind.READ: lambda row: translate(
        "Timeline", "Generation {0}: nothing fresh was in memory, so the database is asked."
    ).format(_number(row.generation)),
    Kind.JOINED: lambda row: (
        translate("Timeline", "{0} callers more wait for the read that is under way: one read serves them all.").format(
            f"{row.count:,}"
        )
        if row.count > 1
        else translate("Timeline", "One caller more waits for the read that is under way: one read serves them all.")
    ),
    Kind.KEPT: _kept_sentence,
    Kind.DISCARDED: _discarded_sentence,
    Kind.FAILED: lambda row: translate("Timeline", "Nothing is kept: {0}").format(_reason(row)),
    Kind.HIT: lambda row: (
        translate("Timeline", "Served from memory {0} times, without a read.").format(f"{row.count:,}")
        if row.count > 1
        else translate("Timeline", "Served from memory, without a read.")
    ),
    Kind.INVALIDATED: _invalidated_sentence,
    Kind.PRUNED: _pruned_sentence,
    Kind.EVICTED: lambda _row: translate(
        "Timeline", "The cache was full, and nobody had asked for this user for the longest time."
    ),
    Kind.CLEARED: lambda row: translate(
        "Timeline", "Generation {0} begins for everybody: nothing that was read before is kept. {1}"
    ).format(_number(row.generation), _reason(row)),
    Kind.DISPATCH: _dispatch_sentence,
    Kind.PUSHES: _pushes_sentence,
    Kind.FINISHED: lambda _row: translate("Timeline", "A dispatch ended: each of its pushes has its answer."),
    Kind.DELETED: _deleted_sentence,
    Kind.CHANGED: lambda _row: translate(
        "Timeline", "Rows of this user were written to the database: that is why the generation moved on."
    ),
    Kind.LOST: lambda row: translate(
        "Timeline", "{0}: the window was too busy to take them. Counters miss nothing, this list may."
    ).format(_events(row.event.count)),
    Kind.LEFT_OUT: lambda row: translate("Timeline", "{0}: more happened at once than could be read.").format(
        _events(row.event.count)
    ),
}

"""What was answered, by diagnosis."""

from tests.gui.models.push_counters import pushes
from webpush_admin.gui.models.answered import answered
from webpush_admin.push.answer import Outcome
from webpush_admin.push.diagnosis import RULES
from webpush_admin.push.stats import PushStats, ServiceStats
from webpush_admin.store.history_rows import DeliveryFilter

NOTHING = PushStats()
NOW = pushes(
    ServiceStats("x", gone=30, rejected=60, blocked=12, not_sent=5),
    diagnoses=(("any-410-gone", 30), ("mozilla-401-key", 60), ("no-answer-blocked", 2), ("of-tomorrow", 1)),
)


def test_the_most_frequent_come_first_with_their_words() -> None:
    lines = answered(NOW, NOTHING)
    assert [(line.name, line.count) for line in lines] == [
        ("mozilla-401-key", 60),
        ("any-410-gone", 30),
        ("blocked", 10),
        ("not sent", 5),
        ("no-answer-blocked", 2),
        ("of-tomorrow", 1),
    ]
    assert sum(line.share for line in lines) == 1
    assert (lines[0].meaning, lines[0].service) == ("subscribed with another key", "Mozilla autopush")
    assert (lines[0].role, lines[1].role) == ("bad", "warn")
    assert lines[1].service == ""
    assert lines[-1].meaning == "of-tomorrow", "a rule that is no longer known keeps its name"


def test_each_line_leads_to_its_pushes() -> None:
    where = {line.name: line.deliveries for line in answered(NOW, NOTHING)}
    assert where["any-410-gone"] == DeliveryFilter(rule="any-410-gone")
    assert where["not sent"] == DeliveryFilter(outcome=Outcome.NOT_SENT)


def test_a_stretch_tells_only_what_came_in_it() -> None:
    later = pushes(
        ServiceStats("x", gone=30, rejected=63, blocked=12, not_sent=5),
        diagnoses=(("any-410-gone", 30), ("mozilla-401-key", 63), ("no-answer-blocked", 2), ("of-tomorrow", 1)),
    )
    assert [(line.name, line.count, line.share) for line in answered(later, NOW)] == [("mozilla-401-key", 3, 1.0)]
    assert answered(NOW, NOW) == []


def test_every_rule_has_words_and_a_colour() -> None:
    everything = PushStats(diagnoses=tuple((rule.name, 1) for rule in RULES))
    lines = answered(everything, NOTHING)
    assert len(lines) == len(RULES)
    assert all(line.meaning and line.remedy and line.cause for line in lines)
    assert {line.role for line in lines} <= {"bad", "warn", "muted"}

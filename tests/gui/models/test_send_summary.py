"""How a send ended, in words.

Runs on: GUI thread
"""

from webpush_admin.backend.records import SendSummary
from webpush_admin.gui.models.send_summary import (
    diagnosis_columns,
    diagnosis_line,
    headline,
    held_sentence,
    reason_lines,
    service_columns,
    service_line,
    totals,
)
from webpush_admin.push.answer import Delivery, Outcome
from webpush_admin.push.diagnosis import RULES
from webpush_admin.push.subscription import Subscription
from webpush_admin.store.history_rows import SendTally


def test_the_headline_and_the_totals() -> None:
    summary = SendSummary(1000, 900, 40, 60, 30, 2.5, not_sent=20, held=10)
    assert headline(summary) == "900 of 1,000 accepted in 2.5 s"
    assert [(word, number) for word, _, number in totals(summary)] == [
        ("accepted", 900),
        ("gone", 40),
        ("pruned", 30),
        ("held", 10),
        ("failed", 40),
        ("not sent", 20),
    ]
    stopped = SendSummary(2, 0, 0, 2, 0, 0.0, stopped=True, not_sent=2)
    assert headline(stopped) == "Stopped: 0 of 2 accepted in 0 ms"
    assert [word for word, _, _ in totals(stopped)] == ["accepted", "not sent"]


def test_services_and_diagnoses_have_their_lines() -> None:
    tally = SendTally("Apple", ((Outcome.ACCEPTED, 5), (Outcome.GONE, 2), (Outcome.REJECTED, 1), (Outcome.NOT_SENT, 1)))
    line = service_line(tally)
    assert (line.name, line.total, line.accepted, line.gone, line.failed) == ("Apple", 9, 5, 2, 2)
    assert service_line(SendTally("127.0.0.1", ())).name == "Sandbox"
    assert [column.text(line) for column in service_columns()] == ["Apple", "5", "2", "2"]
    assert diagnosis_line(SendTally("no such rule", ())).name == "no such rule"
    rule = RULES[0].name
    known = diagnosis_line(SendTally(rule, ((Outcome.REJECTED, 3),)))
    assert known.name != rule
    assert [column.text(known) for column in diagnosis_columns()] == ["3", known.name, known.remedy]


def test_what_no_diagnosis_explains_is_told_by_its_reason_and_what_was_held_with_why() -> None:
    row = Subscription("https://push.example/1", "key", "auth")
    blocked = Delivery(row, Outcome.BLOCKED, reason="p256dh has 48 bytes.")
    failed = (blocked, Delivery(row, Outcome.NOT_SENT, reason="Stopped."), blocked)
    fine = Delivery(row, Outcome.ACCEPTED, 201)
    lines = reason_lines(SendSummary(4, 1, 0, 3, 0, 1.0, deliveries=(*failed, fine)))
    assert [(line.name, line.total) for line in lines] == [("p256dh has 48 bytes.", 2), ("Stopped.", 1)]
    assert lines[0].tip == lines[0].name
    more = reason_lines(SendSummary(5000, 1, 0, 3, 0, 1.0, deliveries=failed))
    assert "first 3 answers" in more[0].tip
    assert held_sentence(SendSummary(4, 4, 0, 0, 0, 1.0)) == ""
    assert held_sentence(SendSummary(100, 60, 40, 0, 30, 1.0, held=10)).startswith("10 that are gone were kept")

"""The tempers as data: each has its answer, and says in its name whose words it speaks."""

from webpush_admin.sandbox.records import Temper
from webpush_admin.sandbox.tempers import ANSWERS, GROUPS


def test_every_temper_has_its_answer_once() -> None:
    assert set(ANSWERS) == set(Temper)
    assert sum(map(len, GROUPS)) == len(ANSWERS)
    # A name that was taken would make one temper out of two.
    assert len(Temper.__members__) == len(Temper)


def test_who_is_imitated_stands_in_the_name() -> None:
    prefixes = {"mozilla": "Mozilla ", "fcm": "FCM ", "apple": "Apple ", "wns": "WNS "}
    for temper, answer in ANSWERS.items():
        status = f"{answer.status} " if answer.status is not None and not answer.delay_s else ""
        assert temper.value.startswith(prefixes.get(answer.imitates, "") + status)

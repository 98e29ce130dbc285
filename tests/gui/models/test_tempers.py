"""Every temper can be chosen, and says beforehand what the window will say about it.

Runs on: any
"""

from webpush_admin.gui.models import tempers
from webpush_admin.gui.models.tempers import (
    expected_diagnosis,
    temper_groups,
    temper_meaning,
    temper_name,
    temper_name_in_group,
    temper_role,
    temper_tip,
)
from webpush_admin.push.answer import DiagnosisAction
from webpush_admin.sandbox.records import Temper


def test_every_temper_stands_in_one_group_under_a_name_of_its_own() -> None:
    groups = temper_groups()
    assert [temper for group in groups for temper in group.tempers] != []
    assert sorted(temper.name for group in groups for temper in group.tempers) == sorted(Temper.__members__)
    assert [group.id for group in groups] == ["any", "fault", "mozilla", "fcm", "apple", "wns"]
    for group in groups:
        names = [temper_name_in_group(temper) for temper in group.tempers]
        assert len(set(names)) == len(names)
        assert all(temper_name(temper).endswith(name) for temper, name in zip(group.tempers, names, strict=True))


def test_every_word_of_a_temper_is_marked_for_translation() -> None:
    assert set(tempers._MARKED) == {temper.value for temper in Temper}


def test_a_temper_says_what_to_expect() -> None:
    assert temper_tip(Temper.CREATED) == "Accepted: no diagnosis."
    assert temper_tip(Temper.MOZILLA_401_KEY).startswith(
        "Expect: subscribed with another key (the user must subscribe again).\n"
    )
    expected = expected_diagnosis(Temper.DROP)
    assert expected is not None
    assert (expected.rule, expected.action) == ("no-answer-broken", DiagnosisAction.RETRY)
    assert temper_meaning(Temper.OK) == ""
    roles = {temper: temper_role(temper) for temper in (Temper.SLOW, Temper.GONE, Temper.WNS_201_DROPPED, Temper.DROP)}
    assert list(roles.values()) == ["ok", "warn", "warn", "bad"]

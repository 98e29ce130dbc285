"""Whose a record is: by id, by exact name, or nobody's that could be told."""

import json
from uuid import UUID, uuid4

from tests.store.importing.desk import AUTH, FCM, P256DH, ImportDesk
from webpush_admin.store.importing.records import Fate
from webpush_admin.store.importing.resolving import AMBIGUOUS


def lines(*records: dict[str, object]) -> str:
    return "\n".join(
        json.dumps({"endpoint": f"{FCM}device-{number}", "p256dh": P256DH, "auth": AUTH, **record})
        for number, record in enumerate(records, 1)
    )


def owners(desk: ImportDesk) -> list[UUID]:
    return desk.store.database.read(
        lambda connection: [
            UUID(row[0]) for row in connection.exec_driver_sql("SELECT user_id FROM subscriptions ORDER BY id")
        ]
    )


def test_an_id_counts_more_than_the_name_beside_it(desk: ImportDesk) -> None:
    ada, grace = desk.store.add_user("Ada"), desk.store.add_user("Grace")
    desk.apply(
        desk.preview_text(lines({"user_id": str(ada.id), "user_name": "Grace"}, {"user_id": grace.id.hex.upper()}))
    )
    assert owners(desk) == [ada.id, grace.id]
    assert desk.store.names_of([ada.id, grace.id]) == {ada.id: "Ada", grace.id: "Grace"}


def test_a_user_who_is_not_there_is_added_with_the_id_of_the_file(desk: ImportDesk) -> None:
    named, nameless = uuid4(), uuid4()
    preview = desk.preview_text(lines({"user_id": str(named), "user_name": "Ada"}, {"user_id": str(nameless)}))
    assert preview.users_added == 2
    assert [row.user for row in preview.sample] == ["Ada", str(nameless)]
    desk.apply(preview)
    assert desk.store.names_of([named, nameless]) == {named: "Ada", nameless: str(nameless)}


def test_a_name_is_exact(desk: ImportDesk) -> None:
    ada = desk.store.add_user("Ada")
    preview = desk.preview_text(lines({"user": "Ada"}, {"user": "ADA"}, {"user": "Ada "}))
    assert preview.users_added == 2
    desk.apply(preview)
    assert owners(desk)[0] == ada.id
    assert len(set(owners(desk))) == 3


def test_a_name_of_several_users_is_refused(desk: ImportDesk) -> None:
    desk.store.add_user("Ada")
    second = desk.store.add_user("Ada")
    preview = desk.preview_text(lines({"user": "Ada"}, {"user": "Ada", "user_id": str(second.id)}))
    assert (preview.refused, preview.added, preview.needs_user) == (1, 1, 0)
    assert [(row.line, row.user, row.fate, row.reason) for row in preview.problems] == [
        (1, "Ada", Fate.REFUSED, AMBIGUOUS)
    ]
    desk.apply(preview, skip_refused=True)
    assert owners(desk) == [second.id]


def test_a_name_may_mean_a_user_whom_the_file_adds_by_id(desk: ImportDesk) -> None:
    added = uuid4()
    preview = desk.preview_text(lines({"user": "Ada"}, {"user_id": str(added), "user": "Ada"}))
    assert (preview.users_added, preview.added) == (1, 2)
    desk.apply(preview)
    assert owners(desk) == [added, added]


def test_a_name_of_several_users_of_the_file_is_refused(desk: ImportDesk) -> None:
    preview = desk.preview_text(
        lines({"user": "Ada"}, {"user_id": str(uuid4()), "user": "Ada"}, {"user_id": str(uuid4()), "user": "Ada"})
    )
    assert [(row.line, row.reason) for row in preview.problems] == [(1, AMBIGUOUS)]


def test_the_same_user_by_name_and_by_id_has_each_endpoint_once(desk: ImportDesk) -> None:
    ada = desk.store.add_user("Ada")
    preview = desk.preview_text(
        lines({"user": "Ada", "endpoint": f"{FCM}one"}, {"user_id": str(ada.id), "endpoint": f"{FCM}one"})
    )
    assert (preview.added, preview.repeated) == (1, 1)
    desk.apply(preview)
    assert owners(desk) == [ada.id]


def test_a_long_name_is_refused_only_where_it_would_be_added(desk: ImportDesk) -> None:
    long = "x" * 300
    assert desk.preview_text(lines({"user": long})).refused == 1
    desk.store.add_user(long)
    assert desk.preview_text(lines({"user": long})).refused == 0

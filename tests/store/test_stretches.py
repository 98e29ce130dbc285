"""Subscriptions are read in stretches, each as it stands now."""

from pathlib import Path

from tests.backend.desk import AUTH, P256DH
from tests.gone import remove
from webpush_admin.store import Store
from webpush_admin.store.stretches import BEFORE_ALL, after, extent, of_ids


def test_a_stretch_follows_an_id_and_never_passes_the_last_one(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'push.db'}")
    try:
        read = store.database.read
        assert read(extent) == (0, BEFORE_ALL)
        user_id = store.add_user("Ada").id
        rows = [
            store.add_subscription(
                user_id, endpoint=f"https://push.example.net/{number}", p256dh=P256DH, auth=AUTH, user_agent="Firefox"
            )
            for number in range(5)
        ]
        assert read(extent) == (5, 5)
        assert remove(store, [2]) == 1
        assert read(lambda connection: after(connection, BEFORE_ALL, 4, 2)) == [rows[0], rows[2]]
        assert read(lambda connection: after(connection, 3, 4, 2)) == [rows[3]]
        assert read(lambda connection: after(connection, 4, 4, 2)) == []
        assert read(lambda connection: of_ids(connection, [5, 2, 1, 99])) == [rows[4], rows[0]]
        assert read(extent) == (4, 5)
    finally:
        store.close()

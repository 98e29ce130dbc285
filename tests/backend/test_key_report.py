"""What is told of the pair, the subject and what subscriptions were made with, from a real database."""

import sqlite3
from contextlib import closing

from tests.backend.desk import SUBJECT, Town
from tests.backend.key_reports import BAD, GOOD, NOTE, WARN, change, checked, fingerprint_of, host_of, of, with_store
from webpush_admin.backend.key_records import KeyFinding
from webpush_admin.push.vapid import VapidKeys
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store
from webpush_admin.store.key_rows import Home


def test_what_other_pairs_have_made_is_told_with_what_becomes_of_it(town: Town) -> None:
    user_id = town.add_user(*[Temper.CREATED] * 7)
    old, locked, gone = VapidKeys.generate(), VapidKeys.generate(), VapidKeys.generate()

    def add(store: Store) -> None:
        for keys, label in ((old, "spring"), (locked, ""), (gone, "lost")):
            store.keys.add(keys, label)

    with_store(town, add)
    change(
        town.path,
        "UPDATE vapid_keys SET private_key = '' WHERE id = 3",
        "INSERT INTO key_places (key_id, home, place) VALUES (3, 'file', '/nowhere/keys.pem') "
        "ON CONFLICT (key_id) DO UPDATE SET home = excluded.home, place = excluded.place",
        "UPDATE vapid_keys SET private_key = NULL, retired_at = created_at WHERE id = 4",
        "UPDATE subscriptions SET vapid_key_id = 2 WHERE id IN (1, 2)",
        "UPDATE subscriptions SET vapid_key_id = 3 WHERE id = 3",
        "UPDATE subscriptions SET vapid_key_id = 4 WHERE id = 4",
        "UPDATE subscriptions SET vapid_key_id = 99 WHERE id = 5",
        "UPDATE subscriptions SET vapid_key_id = NULL WHERE id = 6",
    )
    before, after = checked(town, user_id)
    spring, lost = f"“spring” ({old.fingerprint})", f"“lost” ({gone.fingerprint})"
    made = "1 subscription was made with"
    for report in (before, after):
        assert of(report, "Subscriptions") == [
            (GOOD, f"{made} the active pair."),
            (NOTE, f"2 subscriptions were made with the pair {spring}, which still signs."),
            (WARN, f"{made} the pair ({locked.fingerprint}), which is locked: nothing is sent."),
            (BAD, f"{made} the pair {lost}, whose private key is gone: pushes are refused."),
            (BAD, f"{made} a pair that is not in this database."),
            (NOTE, "It is not known with which pair 1 subscription was made; the active one signs."),
            (NOTE, "By push service: Sandbox 7."),
        ]
    # The sandbox has made them all for the active pair: what "spring" has signed it refuses.
    matches = "The active pair matches: 4 subscriptions accepted a push that it signed, "
    refused = f"Of those bound to the pair {spring} 2 subscriptions were answered “another key” ({host_of(town)})."
    assert of(after, "Answers") == [(GOOD, f"{matches}and none answered “another key”."), (WARN, refused)]


def test_each_service_is_held_against_the_subject(town: Town) -> None:
    user_id = town.add_user(Temper.CREATED)
    for host in ("web.push.apple.com", "fcm.googleapis.com", "fcm.googleapis.com:8443", "permanently-removed.invalid"):
        town.add_endpoint(user_id, f"https://{host}/a")
        town.add_endpoint(user_id, f"https://{host}/b?c")
    (report,) = checked(town, subject="mailto:ops@localhost")
    assert of(report, "Subject") == [
        (BAD, "The subject leads to localhost, where nobody can be reached."),
        (BAD, "Apple refuses every push with it, 403 BadJwtToken: 2 subscriptions."),
        (NOTE, "FCM (Chrome) does not look at it, and takes it."),
    ]
    by_service = "By push service: FCM (Chrome) 4, Apple 2, permanently-removed.invalid 2, Sandbox 1."
    assert (NOTE, by_service) in of(report, "Subscriptions")
    (good,) = checked(town, subject=SUBJECT.replace("example.org", "push.city"))
    assert [severity for severity, _ in of(good, "Subject")] == [GOOD, GOOD]
    (none,) = checked(town, subject="")
    assert of(none, "Subject")[0][0] is GOOD, "the one that was kept"


def test_a_pair_that_cannot_sign_is_told_and_what_to_do(town: Town) -> None:
    town.add_user(Temper.CREATED)
    stranger = VapidKeys.generate()
    number = fingerprint_of(town)
    change(town.path, f"UPDATE vapid_keys SET private_key = '{stranger.private_key}'")
    (report,) = checked(town)
    told = "The VAPID public key in the database does not belong to its private key."
    assert of(report, "Key pair") == [(BAD, told)]
    assert of(report, "Token") == [(NOTE, "No token can be signed to look at: the active pair cannot be used.")]
    assert stranger.private_key not in repr(report)
    change(
        town.path,
        "UPDATE vapid_keys SET private_key = ''",
        f"INSERT OR REPLACE INTO key_places (key_id, home, place) VALUES (1, '{Home.FILE.value}', '/nowhere/keys.pem')",
    )
    (report,) = checked(town)
    where = "the file /nowhere/keys.pem"
    told = f"The private key of the pair ({number}) is in {where} and is locked: it cannot be checked."
    assert of(report, "Key pair") == [(BAD, told)]
    change(town.path, "DELETE FROM key_places", "DELETE FROM vapid_keys")
    (report,) = checked(town)
    assert [one for one in report.findings if one.about == "Key pair"] == [
        KeyFinding(
            "Key pair",
            BAD,
            "No key pair is active: nothing can be signed.",
            "Import the pair that 1 subscription was made with.",
        )
    ]
    with closing(sqlite3.connect(town.path)) as raw:
        assert raw.execute("SELECT count(*) FROM vapid_keys").fetchone() == (0,), "nothing is made by looking"

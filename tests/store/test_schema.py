"""How values are stored.

Runs on: any
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webpush_admin.store import Store
from webpush_admin.store.engine import Database
from webpush_admin.store.faults import sentence, shown_name
from webpush_admin.store.schema import from_ms, name_key, to_ms


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])))
def test_moments_keep_their_milliseconds(moment: datetime) -> None:
    back = from_ms(to_ms(moment))
    assert back.tzinfo is UTC
    assert timedelta(0) <= moment - back < timedelta(milliseconds=1)


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_integer_is_some_moment(ms: int) -> None:
    assert from_ms(ms).tzinfo is UTC


def test_a_naive_moment_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError):
        to_ms(datetime(2026, 1, 1))  # noqa: DTZ001  # naive on purpose


@pytest.mark.parametrize(("name", "key"), [("ÄRGER", "ärger"), ("Straße", "strasse"), ("ＡＤＡ", "ada")])
def test_names_are_searched_without_case(name: str, key: str) -> None:
    assert name_key(name) == key


def test_the_pragmas_are_set(store: Store) -> None:
    expected = {
        "foreign_keys": 1,
        "busy_timeout": 3000,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "journal_mode": "wal",
    }

    def ask(database: Database) -> tuple[dict[str, object], dict[str, object]]:
        def pragmas(connection: object) -> dict[str, object]:
            return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in expected}  # type: ignore[attr-defined]  # a Connection

        return database.read(pragmas), database.write(pragmas)

    assert ask(store.database) == (expected, expected)
    assert store.database.write(lambda c: c.exec_driver_sql("PRAGMA synchronous").scalar_one()) == 1


def test_a_column_of_text_never_holds_a_number(store: Store, path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw, pytest.raises(sqlite3.IntegrityError, match="cannot store BLOB"):
        raw.execute("INSERT INTO settings VALUES ('subject', x'00')")


@pytest.mark.parametrize("code", [1, 3, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 18, 19, 23, 26, 261, 776, 999])
def test_every_code_has_a_sentence(code: int) -> None:
    error = sqlite3.OperationalError("secret detail")
    error.sqlite_errorcode = code
    told = sentence(error, Path("/var/lib/push.db"))
    assert told.endswith(".")
    assert "secret" not in told
    assert "/var" not in told


def test_a_file_name_cannot_forge_a_line() -> None:
    assert shown_name(Path("a\n\u202eb")) == '"a\ufffd\ufffdb"'


def test_a_path_without_a_name_is_shown_whole() -> None:
    assert shown_name(Path()) == '"."'

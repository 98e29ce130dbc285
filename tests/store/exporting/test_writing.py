"""An export is a whole file or none, holds no more than was asked for, and touches nothing else."""

import csv
import json
import os
import stat
from array import array
from pathlib import Path
from uuid import uuid4

import pytest

from tests.store.exporting.desk import fill
from tests.store.importing.desk import AUTH, FCM, P256DH, CountedWork
from webpush_admin.push.errors import PushError
from webpush_admin.store import Store
from webpush_admin.store.exporting import reading, writing
from webpush_admin.store.exporting.records import ExportFormat, ExportOptions, ExportResult

DATA = Path(__file__).parents[2] / "data" / "export"


@pytest.fixture
def rows(store: Store) -> int:
    user = uuid4()
    made = [(user.hex, f"{FCM}secret-{n}", P256DH, AUTH, None, n, None, None, None) for n in range(1200)]
    fill(store, [(user, "=Ada")], made)
    return len(made)


def export(
    store: Store, path: Path, options: ExportOptions, *, overwrite: bool = False, work: CountedWork | None = None
) -> ExportResult:
    work = work or CountedWork()
    writing.check_target(path, store.path, overwrite=overwrite)
    batches = reading.everything(store.database, work)
    return writing.to_file(batches, path, options, overwrite=overwrite, work=work)


@pytest.mark.parametrize("kind", ExportFormat)
def test_endpoints_and_keys_stay_inside_unless_they_are_asked_for(
    store: Store, rows: int, tmp_path: Path, kind: ExportFormat
) -> None:
    path = tmp_path / "out"
    done = export(store, path, ExportOptions(kind))
    assert (done.rows, done.size_bytes, done.path) == (rows, path.stat().st_size, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    for secret in (P256DH, AUTH, "secret"):
        assert secret not in text
    assert text.count("fcm.googleapis.com/…") == rows
    assert text.count('"fcm.googleapis.com"') == rows
    with_endpoints = export(store, path, ExportOptions(kind, endpoints=True), overwrite=True)
    assert with_endpoints.rows == rows
    text = path.read_text(encoding="utf-8")
    assert (text.count("secret-1199"), P256DH in text, AUTH in text, "masked" in text) == (1, False, False, False)


def test_the_formats_are_what_other_programs_read(store: Store, rows: int, tmp_path: Path) -> None:
    for kind in ExportFormat:
        export(store, tmp_path / kind.value, ExportOptions(kind, endpoints=True, keys=True))
    objects = json.loads((tmp_path / "json").read_text())
    assert [json.loads(line) for line in (tmp_path / "jsonl").read_text().splitlines()] == objects
    assert len(objects) == rows
    assert list(objects[0]) == [
        "id",
        "user_id",
        "user_name",
        "host",
        "endpoint",
        "keys",
        "user_agent",
        "created_at",
        "last_status",
        "last_success_at",
        "first_404_at",
    ]
    with (tmp_path / "csv").open(newline="") as stream:
        lines = list(stream)
    table = list(csv.DictReader(lines))
    assert [row["endpoint"] for row in table] == [one["endpoint"] for one in objects]
    assert {row["user_name"] for row in table} == {"'=Ada"}
    assert all(line.startswith('"') and line.endswith('"\r\n') for line in lines)


@pytest.mark.parametrize("kind", ExportFormat)
def test_an_empty_database_makes_a_file_that_can_be_read(store: Store, tmp_path: Path, kind: ExportFormat) -> None:
    assert export(store, tmp_path / "out", ExportOptions(kind)).rows == 0
    assert (tmp_path / "out").read_bytes() == (DATA / f"empty.{kind.value}").read_bytes()


def test_what_is_there_is_replaced_only_where_that_was_asked_for(store: Store, rows: int, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine")
    with pytest.raises(PushError, match=r'^"out.csv" exists already'):
        export(store, path, ExportOptions())
    assert path.read_text() == "mine"
    export(store, path, ExportOptions(), overwrite=True)
    assert path.read_text() != "mine"


def test_what_came_there_meanwhile_is_not_replaced(store: Store, rows: int, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    work = CountedWork()
    batches = reading.everything(store.database, work)

    def slowly() -> object:
        for batch in batches:
            path.write_text("mine")
            yield batch

    with pytest.raises(PushError, match="exists by now"):
        writing.to_file(slowly(), path, ExportOptions(), overwrite=False, work=work)  # type: ignore[arg-type]  # yields what it was given
    assert path.read_text() == "mine"
    assert sorted(file.name for file in tmp_path.iterdir() if not file.name.startswith("push.db")) == ["out.csv"]


def test_the_open_database_is_no_target(store: Store, rows: int, tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(store.path)
    for path in (store.path, link, store.path.with_name("push.db-wal")):
        with pytest.raises(PushError, match="is the open database"):
            export(store, path, ExportOptions(), overwrite=True)
    with pytest.raises(PushError, match="is a directory"):
        export(store, tmp_path, ExportOptions(), overwrite=True)
    with pytest.raises(PushError, match=r"The folder of .* does not exist"):
        export(store, tmp_path / "missing" / "out.csv", ExportOptions())


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_stopped_at_any_step_nothing_is_left(store: Store, rows: int, tmp_path: Path, step: int) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(PushError, match="Stopped by the test"):
        export(store, path, ExportOptions(), overwrite=True, work=CountedWork(stop_at=step))
    assert sorted(tmp_path.iterdir()) == before
    assert path.read_text() == "mine"


def test_a_disk_that_refuses_is_told_and_leaves_nothing(
    store: Store, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PushError, match=r'^"out.csv" cannot be written: check the room on the disk'):
        export(store, tmp_path / "out.csv", ExportOptions())
    assert sorted(tmp_path.iterdir()) == before


def test_chosen_rows_come_in_the_order_they_were_chosen_in(store: Store, rows: int, tmp_path: Path) -> None:
    work = CountedWork()
    ids = array("q", [1100, 3, 999_999, 700, 1])
    found = [one for batch in reading.chosen(store.database, ids, work) for one in batch]
    assert [one.endpoint.rpartition("-")[2] for one in found] == ["1099", "2", "699", "0"]


def test_nothing_of_a_row_is_in_its_repr(store: Store, rows: int) -> None:
    batch = next(reading.everything(store.database, CountedWork()))
    assert "secret" not in repr(batch)
    assert AUTH not in repr(batch)

"""What was exported is imported without loss, in every format, whatever the names and agents hold."""

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.exporting.desk import fill, whole
from tests.store.importing.desk import AUTH, FCM, OTHER_P256DH, P256DH, CountedWork, ImportDesk
from webpush_admin.store import Store
from webpush_admin.store.exporting import reading, writing
from webpush_admin.store.exporting.records import ExportFormat, ExportOptions


def export(store: Store, path: Path, kind: ExportFormat) -> None:
    work = CountedWork()
    options = ExportOptions(kind, endpoints=True, keys=True)
    writing.to_file(reading.everything(store.database, work), path, options, overwrite=False, work=work)


@pytest.mark.parametrize("kind", ExportFormat)
def test_rows_of_every_kind_make_the_round_trip(
    store: Store, second: Store, tmp_path: Path, kind: ExportFormat
) -> None:
    names = [
        "Ada",
        "Ada",
        "=cmd|' /C calc'!A0",
        "'=",
        'Zoë "O’Hara"',
        "<b>\u202e\x00\u2028",
        "a\r\nb;c,d\te",
        "x" * 300,
    ]
    users = [(uuid4(), name) for name in names]
    agents = itertools.cycle([None, "Mozilla/5.0 (X11)", "@agent", "'-", "x" * 8000, "+\n"])
    moments = itertools.cycle([None, 0, -1, 1_750_000_000_123, 2**62, -(2**62), 253_402_300_799_999])
    fill(
        store,
        [user for user in users if len(user[1]) <= 200],
        [
            (
                users[n % 7][0].hex, f"{FCM}device-{n}", (P256DH, OTHER_P256DH)[n % 2], AUTH, next(agents),
                1_700_000_000_000 + n, (None, 201, 404, 503)[n % 4], next(moments), next(moments),
            )
            for n in range(1300)
        ],
    )  # fmt: skip
    export(store, tmp_path / "out", kind)
    desk = ImportDesk(second, tmp_path / "second")
    preview = desk.preview(tmp_path / "out")
    assert (preview.records, preview.added, preview.users_added, preview.problems) == (1300, 1300, 7, ())
    desk.apply(preview)
    assert whole(second) == whole(store)
    # And once more there is nothing to do.
    assert desk.preview(tmp_path / "out").unchanged == 1300


TEXTS = st.text(st.sampled_from("'=+-@\t\r\n\",;") | st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(TEXTS.filter(str.strip), TEXTS), min_size=1, max_size=5), st.sampled_from(ExportFormat))
def test_any_name_and_any_agent_make_the_round_trip(told: list[tuple[str, str]], kind: ExportFormat) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        first, second = (Store.open(f"sqlite:///{folder / file}") for file in ("first.db", "second.db"))
        try:
            users = [(uuid4(), user) for user, _ in told]
            # An empty agent is an unknown one.
            rows = [
                (user.hex, f"{FCM}{n}", P256DH, AUTH, agent or None, n, None, None, None)
                for n, ((user, _), (_, agent)) in enumerate(zip(users, told, strict=True))
            ]
            fill(first, users, rows)
            export(first, folder / "out", kind)
            ImportDesk(second, folder).take(folder / "out")
            assert whole(second) == whole(first)
        finally:
            first.close()
            second.close()

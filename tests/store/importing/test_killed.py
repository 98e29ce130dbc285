"""A process that is killed in the middle of an import leaves the old state or the new one, never something between."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.importing.desk import AUTH, FCM, OTHER_P256DH, P256DH, ImportDesk
from webpush_admin.store import Store

ROOT = Path(__file__).parents[3]
RECORDS = 1700

CHILD = """
import sys
from pathlib import Path
from sqlalchemy import event
from tests.store.importing.desk import CountedWork, ImportDesk
from webpush_admin.store import Store

place, database, file = sys.argv[1:]

def here(*_):
    print("here", flush=True)
    sys.stdin.read()  # until the parent has killed this process

class Waiting(CountedWork):
    def check(self):
        super().check()
        if place == f"check {self.asked}":
            here()

    def advance(self, done, total=None):
        super().advance(done, total)
        if place == f"{done} rows":
            here()

store = Store.open(f"sqlite:///{database}", create=False)
desk = ImportDesk(store, Path(file).parent)
preview = desk.preview(Path(file))
if place == "commit":
    event.listen(store.database.write(lambda connection: connection.engine), "commit", here)
desk.apply(preview, work=Waiting())
if place == "after":
    here()
"""

PLACES = {
    "check 1": "old",
    "check 2": "old",
    "500 rows": "old",
    "1000 rows": "old",
    f"{RECORDS} rows": "old",
    "commit": "old",
    "after": "new",
}


def records(count: int, p256dh: str) -> str:
    return "\n".join(
        json.dumps({"user": f"user {n % 50}", "endpoint": f"{FCM}device-{n}", "p256dh": p256dh, "auth": AUTH})
        for n in range(count)
    )


@pytest.mark.parametrize("place", PLACES)
def test_killed_the_database_is_as_before_or_as_after(
    store: Store, desk: ImportDesk, tmp_path: Path, place: str
) -> None:
    # Some are there with other keys, so that the import replaces as well as adds.
    desk.apply(desk.preview_text(records(300, OTHER_P256DH)))
    old = desk.rows()
    store.close()
    (tmp_path / "child").mkdir()
    file = tmp_path / "child" / "many.jsonl"
    file.write_text(records(RECORDS, P256DH))
    command = [sys.executable, "-c", CHILD, place, str(store.path), str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "here\n"
        child.kill()
    assert child.returncode != 0
    again = Store.open(f"sqlite:///{store.path}")
    try:
        found = ImportDesk(again, tmp_path).rows()
        assert (
            again.database.read(lambda connection: connection.exec_driver_sql("PRAGMA integrity_check").scalar_one())
            == "ok"
        )
        if PLACES[place] == "old":
            assert found == old
        else:
            assert len(found) == RECORDS
            assert {row[2] for row in found} == {P256DH}
    finally:
        again.close()

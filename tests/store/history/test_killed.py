"""A process that is killed while it writes down what it sends leaves every delivery open or complete, as its row says.

Runs on: any
"""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.history.sent import one_user, raw
from webpush_admin.store import Store
from webpush_admin.store.schema import OUTCOME_COLUMNS

ROOT = Path(__file__).parents[3]
ROWS = 300

PLACES = [("intending", 3), ("marked", 4), ("concluding", 4), *(("go", told) for told in (1, 2, 3, 8))]
"""Where it waits, and after how many words of it it is killed."""


@pytest.mark.parametrize(("where", "told"), PLACES)
def test_every_delivery_is_open_or_complete(store: Store, path: Path, url: str, where: str, told: int) -> None:
    one_user(store, ROWS)
    store.close()
    command = [sys.executable, "-m", "tests.store.history.child", str(path), where]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.read(told) == b"." * told
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    assert raw(path, "PRAGMA integrity_check") == [("ok",)]
    whole = raw(path, "SELECT send, count(*), count(outcome), count(status), count(request) FROM deliveries GROUP BY 1")
    # A batch is written as a whole, or not at all.
    assert all(row[1] == ROWS and set(row[2:]) <= {0, ROWS} and len(set(row[2:])) == 1 for row in whole)
    concluded = [row[0] for row in whole if row[2]]
    if where != "go":
        assert (len(whole), len(concluded)) == (1 if where == "intending" else 2, 1)
    newest = raw(path, "SELECT max(status) FROM deliveries")[0][0]
    assert raw(path, "SELECT DISTINCT last_status FROM subscriptions") == [(newest,)], (
        "rows know what the history knows"
    )
    opened = Store.open(url)
    lost = ROWS * (len(whole) - len(concluded))
    assert opened.history.recover() == lost
    assert opened.history.recover() == 0
    opened.close()
    assert raw(path, "SELECT count(*) FROM deliveries WHERE outcome IS NULL") == [(0,)]
    totals = raw(path, f"SELECT id, {', '.join(OUTCOME_COLUMNS)} FROM sends")
    for send, *counts in totals:
        counted = dict(raw(path, f"SELECT outcome, count(*) FROM deliveries WHERE send = {send} GROUP BY 1"))
        assert counts == [counted.get(code, 0) for code in range(len(OUTCOME_COLUMNS))]
    assert sum(row[-1] for row in totals) == lost

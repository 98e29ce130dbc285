"""The list of the key pairs: what each signs for, where its private key is, and what a picture says of it.

Runs on: GUI thread
"""

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from webpush_admin.backend.key_records import KeyPairInfo, KeysInfo
from webpush_admin.gui.models.key_pairs import PAIR_COLUMNS, PairsModel, pair_name, pair_rows, shown_rows
from webpush_admin.gui.theme import DARK
from webpush_admin.store.key_rows import Home, KeyState

AT = datetime(2026, 11, 1, tzinfo=UTC)
ACTIVE = KeyPairInfo(1, "B1", "aaaa", KeyState.ACTIVE, "shop", Home.FILE, "/keys/shop.pem", True, AT, None, 3)
KEPT = replace(ACTIVE, id=2, state=KeyState.INACTIVE, label="", home=Home.KEYRING, locked=False, subscriptions=20)
GONE = replace(KEPT, id=3, state=KeyState.RETIRED, home=Home.DATABASE, place="", fingerprint="", subscriptions=7)
KEYS = KeysInfo("B1", "aaaa", AT, "mailto:a@b.example", 100, (ACTIVE, KEPT, GONE))


def cells(model: PairsModel, row: int) -> dict[str, str]:
    return dict(zip((column.key for column in PAIR_COLUMNS), model.cells_at(row).texts, strict=True))


def test_the_active_pair_signs_for_all_that_no_other_pair_does(qapp: QApplication) -> None:
    assert [row.signs for row in pair_rows(KEYS)] == [73, 20, 7]
    # Counted one after the other, the numbers need not fit.
    assert pair_rows(replace(KEYS, subscriptions=5))[0].signs == 0


def test_each_pair_says_where_its_private_key_is(qapp: QApplication) -> None:
    model = PairsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.paint_icons(DARK)
    model.replace(pair_rows(KEYS))
    assert [cells(model, row)["home"] for row in range(3)] == ["Locked: shop.pem", "Keyring", "Gone"]
    assert [cells(model, row)["state"] for row in range(3)] == ["Active", "Inactive", "Retired"]
    assert [model.cells_at(row).roles[0] for row in range(3)] == ["warn", "muted", "muted"]
    assert cells(model, 2)["fingerprint"] == "unreadable"
    model.replace(pair_rows(replace(KEYS, pairs=(replace(ACTIVE, fingerprint=""), KEPT, GONE))))
    assert model.cells_at(0).roles[0] == "bad"
    assert "nothing can be signed" in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    model.replace(pair_rows(KEYS))
    home = [column.key for column in PAIR_COLUMNS].index("home")
    shown = [model.index(row, home).data(Qt.ItemDataRole.DecorationRole) for row in range(3)]
    assert shown[2] is None
    assert shown[0].cacheKey() != shown[1].cacheKey()
    assert "/keys/shop.pem" in model.index(0, home).data(Qt.ItemDataRole.ToolTipRole)
    assert model.number_of(2) == 1
    assert model.number_of(4711) == -1


def test_retired_pairs_are_left_out_unless_they_are_wanted() -> None:
    rows = pair_rows(KEYS)
    assert [row.pair.id for row in shown_rows(rows, retired=False)] == [1, 2]
    assert shown_rows(rows, retired=True) == rows


def test_a_pair_is_called_by_what_there_is() -> None:
    assert [pair_name(pair) for pair in KEYS.pairs] == ["shop", "aaaa", "pair 3"]

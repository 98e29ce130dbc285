"""One filter: marked while it narrows, taken away by mouse and by key; and the layout that it stands in."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from webpush_admin.gui.widgets.filter_button import FilterButton
from webpush_admin.gui.widgets.flow import FlowLayout


def _fill(menu: QMenu) -> None:
    menu.addAction("ok")


def test_a_filter_says_to_what_it_narrows(qtbot: QtBot) -> None:
    button = FilterButton("Host", name="host_filter", fill=_fill)
    qtbot.addWidget(button)
    assert (button.button.text(), button.button.accessibleName()) == ("Host", "Filter by Host")
    assert button.clear_button.isHidden()
    button.show_value("<b>a&b\u202e")
    assert button.button.text() == "Host: <b>a&&b<U+202E>"
    assert button.clear_button.accessibleName() == "Remove the filter Host: <b>a&b<U+202E>"
    assert not button.clear_button.isHidden()
    assert button.property("active") is True
    assert "<b>" not in button.clear_button.toolTip()


def test_it_is_taken_away_by_its_cross_and_by_a_key(qtbot: QtBot) -> None:
    button = FilterButton("Host", name="host_filter", fill=_fill)
    qtbot.addWidget(button)
    with qtbot.assertNotEmitted(button.cleared):
        QTest.keyClick(button.button, Qt.Key.Key_Delete)
    button.show_value("a")
    with qtbot.waitSignal(button.cleared):
        QTest.keyClick(button.button, Qt.Key.Key_Delete)
    with qtbot.waitSignal(button.cleared):
        QTest.mouseClick(button.clear_button, Qt.MouseButton.LeftButton)


def test_widgets_that_do_not_fit_begin_another_line(qtbot: QtBot) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    flow = FlowLayout(place, spacing=10)
    labels = [QLabel(place) for _ in range(3)]
    for label in labels:
        label.setFixedSize(100, 20)
        flow.addWidget(label)
    assert flow.sizeHint().width() == 320
    assert [flow.heightForWidth(width) for width in (320, 319, 210, 209, 50)] == [20, 50, 50, 80, 80]
    labels[0].hide()
    assert flow.heightForWidth(210) == 20
    place.resize(209, 80)
    with qtbot.waitExposed(place):
        place.show()
    assert (labels[1].pos().toTuple(), labels[2].pos().toTuple()) == ((0, 0), (0, 30))
    assert flow.takeAt(0) is not None
    assert (flow.count(), flow.itemAt(5), flow.takeAt(-1)) == (2, None, None)

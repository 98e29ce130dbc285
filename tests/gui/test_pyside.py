"""PySide6 6.12.0 on Python 3.11 and older loses references to True and None until the process aborts."""

import sys

import pytest
from PySide6.QtCore import QObject, Signal

EMITS = 50


class Speaker(QObject):
    said = Signal(bool)


class Listener(QObject):
    def answer(self, value: bool) -> bool:
        return value


# From 3.12 on True is immortal and has no count to lose.
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True is immortal")
@pytest.mark.usefixtures("qapp")
def test_fifty_emits_do_not_eat_references_to_true() -> None:
    speaker, listener = Speaker(), Listener()
    speaker.said.connect(listener.answer)
    before = sys.getrefcount(True)
    for _ in range(EMITS):
        speaker.said.emit(True)
    assert sys.getrefcount(True) > before - EMITS // 2

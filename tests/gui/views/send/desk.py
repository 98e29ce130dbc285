"""What tests of the view Send share.

Runs on: GUI thread
"""

from typing import Final, TypeVar

from PySide6.QtWidgets import QApplication, QDialog

TIMEOUT_MS: Final = 20_000

Dialog = TypeVar("Dialog", bound=QDialog)


def opened(kind: type[Dialog]) -> Dialog:
    """Return the dialog of this kind that is open."""
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())

"""Says what this is and which versions of what it runs on, ready to be copied into a report.

Runs on: GUI thread
"""

import platform
import sys
from importlib import metadata
from typing import Final

from PySide6.QtCore import qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from webpush_admin import __version__
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog

DISTRIBUTIONS: Final = ("SQLAlchemy", "pycurl", "py-vapid", "cryptography", "aiohttp")


def versions() -> tuple[tuple[str, str], ...]:
    """Return (name, version) of the application and all that it stands on, without importing any of it."""
    rows = [
        ("webpush-admin", __version__),
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
        ("PySide6", _installed("PySide6-Essentials")),
        *((name, _installed(name)) for name in DISTRIBUTIONS),
    ]
    # pycurl names its libcurl only once it is loaded; the worker does that, About must not.
    pycurl = sys.modules.get("pycurl")
    if pycurl is not None:
        words = str(getattr(pycurl, "version", "")).split()
        rows.extend(("libcurl", word.partition("/")[2]) for word in words if word.startswith("libcurl/"))
    rows.append((platform.system(), platform.release()))
    return tuple(rows)


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


class AboutDialog(FormDialog):
    """Versions with Copy."""

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(context, parent)
        self.setObjectName("about_dialog")
        self.setWindowTitle(self.tr("About webpush-admin"))
        self.explanation.show_text(
            self.tr(
                "For operators of Web Push: who is subscribed, what their push services answer, and what to do then."
            )
        )
        self.explanation.show()
        self.versions = QPlainTextEdit(self)
        self.versions.setObjectName("versions")
        self.versions.setAccessibleName(self.tr("Versions"))
        self.versions.setReadOnly(True)
        self.versions.setProperty("mono", True)
        self.versions.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.versions.setMinimumHeight(260)
        self.versions.setPlainText("\n".join(f"{name:<14} {version}" for name, version in versions()))
        self.form.addRow(self.versions)
        self.set_action(self.tr("Copy versions"))
        self.cancel_button.setText(self.tr("Close"))

    def submit(self) -> None:
        """Copy, and stay open: there may be more to read."""
        QGuiApplication.clipboard().setText(self.versions.toPlainText())
        self.action_button.setText(self.tr("Copied"))

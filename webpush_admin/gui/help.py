"""What the Help menu does.

Runs on: GUI thread
"""

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.about import AboutDialog
from webpush_admin.gui.log_file import log_folder


def open_log(context: Context) -> None:
    """Show the folder of the log in the system's file manager, or name it."""
    folder = log_folder()
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        context.notify(QCoreApplication.translate("Help", "The log is in {0}").format(folder))


def show_about(context: Context, window: QWidget) -> None:
    """Show the versions."""
    AboutDialog(context, window).open()

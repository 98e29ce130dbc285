"""The names that the parts of the live view share belong to the database that is open."""

from dataclasses import replace
from uuid import UUID

from PySide6.QtWidgets import QApplication

from webpush_admin.backend.records import DatabaseInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.views.live.naming import Naming

INFO = DatabaseInfo("first", "first.db", False, "mailto:a@b.example", "B", "0123")
ADA = UUID(int=1)


def test_names_of_another_database_are_forgotten(qapp: QApplication, context: Context) -> None:
    naming = Naming(context, context)
    context.set_database(INFO)
    naming.learn([(ADA, "ada")])
    context.set_database(replace(INFO, subject="mailto:other@b.example"))
    assert naming.known(ADA) == "ada", "the same database with another subject"
    # One is opened after the other without a moment in which none is open; it may be a copy with the same ids.
    naming.wish([UUID(int=2)])
    on_its_way = naming._job
    assert on_its_way is not None
    context.set_database(replace(INFO, name="second", location="second.db"))
    assert naming.known(ADA) == ""
    assert on_its_way.cancelled

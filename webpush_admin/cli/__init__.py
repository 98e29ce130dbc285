"""The command line: arguments in, a window, a verb or one sentence out.

Qt, SQLAlchemy and whatever a verb needs are loaded by what is asked for, and not here: wrong use is told without them.

Runs on: any
"""

import sys
from collections.abc import Sequence

from webpush_admin.cli.arguments import WRONG_USE
from webpush_admin.cli.window import open_window

__all__ = ["WRONG_USE", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code: 0, or 2 for wrong use, told in one sentence on standard error.

    A first argument that is a verb does its work without a window.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    verb, rest = (given[0], given[1:]) if given else ("", [])
    if verb == "import":
        from webpush_admin.cli.importing import run_import

        return run_import(rest)
    if verb == "export":
        from webpush_admin.cli.exporting import run_export

        return run_export(rest)
    if verb == "send":
        from webpush_admin.cli.sending import run_send

        return run_send(rest)
    if verb == "vapid":
        from webpush_admin.cli.vapid import run_vapid

        return run_vapid(rest)
    return open_window(given)

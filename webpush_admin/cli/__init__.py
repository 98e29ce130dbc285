"""The command line: arguments in, a window, a verb or one sentence out.

Qt, SQLAlchemy and whatever a verb needs are loaded by what is asked for, and not here: wrong use is told without them.

Runs on: any
"""

import sys
from collections.abc import Sequence

from webpush_admin.cli.arguments import WRONG_USE, say
from webpush_admin.cli.window import open_window

__all__ = ["WRONG_USE", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code: 0, or 2 for wrong use, told in one sentence on standard error.

    A first argument that is a verb does its work without a window.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    if not given or given[0] not in {"import", "export", "send", "vapid"}:
        return open_window(given)
    try:
        return _run(*given)
    except KeyboardInterrupt:
        # A verb at work answers Ctrl+C by itself: here it is still being loaded, which takes a second.
        from webpush_admin.cli.terminal import INTERRUPTED
        from webpush_admin.store.faults import STOPPED

        say(STOPPED)
        return INTERRUPTED


def _run(verb: str, *rest: str) -> int:
    if verb == "import":
        from webpush_admin.cli.importing import run_import

        return run_import(rest)
    if verb == "export":
        from webpush_admin.cli.exporting import run_export

        return run_export(rest)
    if verb == "send":
        from webpush_admin.cli.sending import run_send

        return run_send(rest)
    from webpush_admin.cli.vapid import run_vapid

    return run_vapid(rest)

"""The command line: arguments in, a window or one sentence out.

Runs on: any
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from webpush_admin import __version__
from webpush_admin.gui.launch import LaunchOptions
from webpush_admin.push.errors import PushError, StoreError

WRONG_USE: Final = 2
NO_DISPLAY: Final = (
    "There is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
    "`make tour` shows the program without one."
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        _stop(f"{message[:1].upper()}{message[1:]}; --help tells what there is.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code: 0, or 2 for wrong use, told in one sentence on standard error."""
    options = _options(_parser().parse_args(arguments))
    if options.tour is not None:
        # The tour needs a window, not a screen.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    elif not has_display():
        _stop(NO_DISPLAY)
    # Qt is loaded here and not above: wrong use is told without it.
    if options.tour is not None:
        from webpush_admin.gui.tour import run_tour

        return run_tour(options, options.tour)
    from webpush_admin.gui.app import run

    return run(options)


def has_display() -> bool:
    """Whether Qt will find something to open a window on."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"))


def _parser() -> _Parser:
    parser = _Parser(
        prog="webpush-admin",
        description="Browse Web Push subscriptions, send test notifications, and see what push services answer.",
        allow_abbrev=False,
    )
    parser.add_argument("--database", metavar="URL", help="open this database, for example sqlite:///push.db")
    parser.add_argument("--subject", metavar="S", default="", help="VAPID subject: mailto:ops@example.org")
    parser.add_argument("--ca-file", metavar="F", type=Path, help="trust these certificate authorities (PEM)")
    parser.add_argument("--demo", action="store_true", help="open a throw-away database on a push service of its own")
    parser.add_argument("--tour", metavar="DIR", type=Path, help="with --demo: do an operator's job, save pictures")
    parser.add_argument("--version", action="version", version=f"webpush-admin {__version__}")
    return parser


def _options(parsed: argparse.Namespace) -> LaunchOptions:
    options = LaunchOptions(parsed.database, parsed.subject, parsed.ca_file, parsed.demo, parsed.tour)
    if options.tour is not None and not options.demo:
        _stop("--tour goes with --demo.")
    if options.demo and options.url is not None:
        _stop("--demo brings a database of its own; leave --database out.")
    try:
        return _checked(options)
    except PushError as error:
        _stop(str(error))


def _checked(options: LaunchOptions) -> LaunchOptions:
    """Check what can be checked before there is a window, without loading SQLAlchemy.

    Raises:
        PushError: Something cannot be used, as a sentence.
    """
    if options.ca_file is not None and not _is_readable_file(options.ca_file):
        raise PushError(f"The file of certificate authorities, {options.ca_file.name}, cannot be read.")
    if options.subject:
        from webpush_admin.push.subject import normalised_subject

        normalised_subject(options.subject)
    if options.url is not None:
        from webpush_admin.store.opening import Found, look, path_of

        path = path_of(options.url)
        if look(path) is Found.NOTHING:
            raise StoreError(f"There is no file {path.name}; File > New database in the window makes one.")
    return options


def _is_readable_file(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)


def _stop(sentence: str) -> NoReturn:
    print(f"webpush-admin: {sentence}", file=sys.stderr)
    sys.exit(WRONG_USE)

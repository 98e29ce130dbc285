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
from webpush_admin.display import display_problem
from webpush_admin.gui.launch import LaunchOptions
from webpush_admin.push.errors import PushError, StoreError

WRONG_USE: Final = 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        _stop(f"{message[:1].upper()}{message[1:]}; --help tells what there is.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code: 0, or 2 for wrong use, told in one sentence on standard error."""
    options = _options(_parser().parse_args(arguments))
    if options.tour is not None:
        # The tour needs a window, not a screen.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    problem = display_problem()
    if problem:
        _stop(problem)
    # Qt is loaded here and not above: wrong use is told without it.
    if options.tour is not None:
        from webpush_admin.gui.tour import run_tour

        return run_tour(options, options.tour)
    from webpush_admin.gui.app import run

    return run(options)


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
    if options.demo and (options.subject or options.ca_file is not None):
        _stop("--demo brings a subject and a push service of its own; leave --subject and --ca-file out.")
    try:
        _check(options)
    except PushError as error:
        _stop(str(error))
    return options


def _check(options: LaunchOptions) -> None:
    """Check what can be checked before there is a window, without loading SQLAlchemy.

    Raises:
        PushError: Something cannot be used, as a sentence.
    """
    if options.ca_file is not None:
        _check_authorities(options.ca_file)
    if options.subject:
        from webpush_admin.push.subject import normalised_subject

        normalised_subject(options.subject)
    if options.url is not None:
        _check_database(options.url)
    if options.tour is not None:
        _check_folder(options.tour)


def _check_authorities(path: Path) -> None:
    import ssl

    try:
        # Asked first: a pipe would be waited for.
        if not path.is_file():
            raise FileNotFoundError(path)
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        told = "holds none in PEM form"
    except (OSError, ValueError):
        told = "cannot be read"
    else:
        return
    raise PushError(f"The file of certificate authorities, {path}, {told}.")


def _check_database(url: str) -> None:
    from webpush_admin.store.faults import shown_name
    from webpush_admin.store.opening import Found, look, path_of

    path = path_of(url)
    found = look(path)
    if found is not Found.OURS:
        what = "There is no file" if found is Found.NOTHING else "There is no database in the file"
        raise StoreError(f"{what} {shown_name(path)}; File > New database in the window makes one.")


def _check_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        usable = os.access(path, os.W_OK)
    except (OSError, ValueError):
        usable = False
    if not usable:
        raise PushError(f"The folder for the pictures, {path}, cannot be made or written to.")


def _stop(sentence: str) -> NoReturn:
    # One line, whatever somebody has put into an argument.
    line = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in sentence)
    print(f"webpush-admin: {line}", file=sys.stderr)
    sys.exit(WRONG_USE)

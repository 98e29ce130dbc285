"""The command line of the window: arguments in, a window or one sentence out.

Runs on: any
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from webpush_admin import __version__
from webpush_admin.cli.arguments import Parser, add_metrics, check_authorities, check_database, stop
from webpush_admin.display import display_problem
from webpush_admin.gui.launch import LaunchOptions
from webpush_admin.push.errors import PushError


def open_window(arguments: Sequence[str]) -> int:
    """Run the window; return its exit code: 0, or 2 for wrong use, told in one sentence on standard error."""
    options = _options(_parser().parse_args(arguments))
    if options.tour is not None:
        # The tour needs a window, not a screen.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    problem = display_problem()
    if problem:
        stop(problem)
    # Qt is loaded here and not above: wrong use is told without it.
    if options.tour is not None:
        from webpush_admin.gui.tour import run_tour

        return run_tour(options, options.tour)
    from webpush_admin.gui.app import run

    return run(options)


def _parser() -> Parser:
    parser = Parser(
        prog="webpush-admin",
        description="Browse Web Push subscriptions, send test notifications, and see what push services answer.",
        epilog="Without a window: webpush-admin send --help; likewise import, export and vapid.",
    )
    parser.add_argument("--database", metavar="URL", help="open this database, for example sqlite:///push.db")
    parser.add_argument("--read-only", action="store_true", help="with --database: change nothing in it")
    parser.add_argument("--subject", metavar="S", default="", help="VAPID subject: mailto:ops@example.org")
    parser.add_argument("--ca-file", metavar="F", type=Path, help="trust these certificate authorities (PEM)")
    parser.add_argument("--demo", action="store_true", help="open a throw-away database on a push service of its own")
    parser.add_argument("--tour", metavar="DIR", type=Path, help="with --demo: do an operator's job, save pictures")
    add_metrics(parser)
    parser.add_argument("--version", action="version", version=f"webpush-admin {__version__}")
    return parser


def _options(parsed: argparse.Namespace) -> LaunchOptions:
    options = LaunchOptions(
        parsed.database,
        parsed.subject,
        parsed.ca_file,
        parsed.demo,
        parsed.tour,
        read_only=parsed.read_only,
        metrics=parsed.metrics,
    )
    if options.tour is not None and not options.demo:
        stop("--tour goes with --demo.")
    if options.read_only and options.url is None:
        stop("--read-only goes with --database.")
    if options.demo and options.url is not None:
        stop("--demo brings a database of its own; leave --database out.")
    if options.demo and (options.subject or options.ca_file is not None):
        stop("--demo brings a subject and a push service of its own; leave --subject and --ca-file out.")
    try:
        _check(options)
    except PushError as error:
        stop(str(error))
    return options


def _check(options: LaunchOptions) -> None:
    """Check what can be checked before there is a window, without loading SQLAlchemy.

    Raises:
        PushError: Something cannot be used, as a sentence.
    """
    if options.ca_file is not None:
        check_authorities(options.ca_file)
    if options.subject:
        from webpush_admin.push.subject import normalised_subject

        normalised_subject(options.subject)
    if options.url is not None:
        check_database(options.url)
    if options.tour is not None:
        _check_folder(options.tour)


def _check_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        usable = os.access(path, os.W_OK)
    except (OSError, ValueError):
        usable = False
    if not usable:
        raise PushError(f"The folder for the pictures, {path}, cannot be made or written to.")

"""The arguments of `webpush-admin vapid`, and what is wrong with them before anything is opened.

Runs on: any
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from webpush_admin.backend.key_records import Subscribers
from webpush_admin.cli.arguments import Parser, stop
from webpush_admin.cli.passphrases import FROM_FILE
from webpush_admin.push.key_formats import EnvStyle, KeyFormat
from webpush_admin.push.key_formats.writing import ENCRYPTABLE
from webpush_admin.store.key_rows import Home

STANDARD_STREAM: Final = "-"

UNLOCKING: Final = "--unlock-passphrase-file"

_MAX_COUNT: Final = 2**63 - 1


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the arguments; wrong use ends the program, and nothing that may be a secret is repeated."""
    parsed = _parser().parse_all(arguments)
    _CHECKS.get(parsed.verb, lambda _: None)(parsed)
    return parsed


def _parser() -> Parser:
    parser = Parser(
        prog="webpush-admin vapid",
        description="The VAPID key pairs of a database: the one that signs every push, others that are kept, and those "
        "of before. A private key is written to the file, or to the standard output, that is asked for, and nowhere "
        "else. VERB --help tells the options of each.",
        epilog="Exit code 0: done. 1: check has found something bad. 2: wrong use or refused, nothing was changed. "
        "130: stopped by Ctrl+C.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=_VerbParser)
    generate = verbs.add_parser(
        "generate",
        help="make a pair; the database too, where there is none",
        description="Make a key pair: the active one where there is none, else an inactive one. A database that is "
        "missing or empty is made.",
    )
    _add_label(generate)
    verbs.add_parser("show", help="list every pair", description="List every key pair; public halves only.")
    _import(verbs.add_parser("import", help="take a pair from a file"))
    _export(verbs.add_parser("export", help="write a pair, private key and all"))
    _check(verbs.add_parser("check", help="find out what is wrong with the keys, or with a token"))
    _rotate(verbs.add_parser("rotate", help="put another pair in force"))
    undo = verbs.add_parser(
        "undo-rotation",
        help="put the former pair in force again",
        description="Put the pair of a backup in force again, and bring back the subscriptions that it has.",
    )
    undo.add_argument("--backup", metavar="FILE", type=Path, help="the default is that of the newest rotation")
    _keep(verbs.add_parser("keep", help="move a private key: to the database, the keyring or an encrypted file"))
    return parser


class _VerbParser(Parser):
    """Every verb has a database, and JSON."""

    def __init__(self, prog: str, description: str = "", epilog: str = "") -> None:
        super().__init__(prog, description, epilog)
        self.add_argument("--database", metavar="URL", required=True, help="for example sqlite:///push.db")
        self.add_argument("--json", action="store_true", help="report as JSON; never with a private key in it")


def _import(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Take a key pair from a file, whatever its format: PEM, DER, raw, JWK, the JSON of web-push, or lines of "
        "settings as servers have them. It becomes the active one where none is."
    )
    parser.add_argument("file", metavar="FILE", help="what to import; - reads standard input")
    _add_label(parser)
    _add_passphrase(parser, FROM_FILE, "that FILE is encrypted with")


def _export(parser: argparse.ArgumentParser) -> None:
    parser.description = "Write a key pair, with its private key, to a new file that its owner alone can read."
    parser.add_argument("--format", choices=[form.value for form in KeyFormat], required=True)
    parser.add_argument("--output", metavar="FILE", required=True, help="a new file; - writes to standard output")
    _add_key(parser)
    styles = [style.value for style in EnvStyle]
    parser.add_argument("--style", choices=styles, help=f"with --format env: whose names; {styles[0]} is the default")
    parser.add_argument("--encrypt", action="store_true", help="ask for a passphrase, with --format pkcs8 or der")
    _add_passphrase(parser, FROM_FILE, "that it is encrypted with, in place of one that is typed")
    _add_unlocking(parser)


def _check(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Check the pair, the subject, what the subscriptions were made with, what services have answered, and the "
        "clock; or take a token apart. Nothing is sent. Exit code 1 tells that something is bad."
    )
    parser.add_argument(
        "--token-file", metavar="FILE", help="check the JWT or Authorization header in it; - reads standard input"
    )
    _add_passphrase(parser, FROM_FILE, "that the pair's file is encrypted with; it is checked locked without")


def _rotate(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Put another key pair in force. Every subscription belongs to the pair it was made with, so all are deleted, "
        "or kept and sent to with the old pair until they subscribe again. A backup with everything in it, the private "
        "key too unless it is locked, is written first."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--delete-subscriptions",
        metavar="N",
        type=_count,
        help="delete every subscription; N is how many there are, or nothing happens",
    )
    what.add_argument("--keep-subscriptions", action="store_true", help="bind them to the old pair, and keep that")
    parser.add_argument("--backup", metavar="FILE", type=Path, help="a new file; the default is beside the database")
    parser.add_argument("--to", metavar="KEY", help="an inactive pair, by fingerprint or number, in place of a new one")
    _add_home(parser, "--keep-in", "where the new private key is kept; database is the default")
    _add_passphrase(parser, FROM_FILE, "that the new pair's file is encrypted with")
    _add_unlocking(parser)


def _keep(parser: argparse.ArgumentParser) -> None:
    parser.description = "Move a private key. It is written and read again before its former place forgets it."
    _add_home(parser, "--in", "where it is kept from now on", required=True)
    _add_key(parser)
    _add_passphrase(parser, FROM_FILE, "that the file is encrypted with")
    _add_unlocking(parser)


def _add_label(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--label", metavar="TEXT", default="", help="what you call it")


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key", metavar="KEY", default="", help="the fingerprint or number of a pair; the default is the active one"
    )


def _add_passphrase(parser: argparse.ArgumentParser, option: str, which: str) -> None:
    parser.add_argument(option, metavar="FILE", type=Path, help=f"its first line is the passphrase {which}")


def _add_unlocking(parser: argparse.ArgumentParser) -> None:
    _add_passphrase(parser, UNLOCKING, "that the pair's own file is encrypted with")


def _add_home(parser: argparse.ArgumentParser, option: str, told: str, *, required: bool = False) -> None:
    homes = [home.value for home in Home]
    parser.add_argument(option, dest="home", choices=homes, required=required, help=told)
    parser.add_argument("--key-file", metavar="FILE", type=Path, help=f"with {option} file: the new file")


def _count(text: str) -> int:
    """Return a number, for argparse.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_MAX_COUNT))):
        raise argparse.ArgumentTypeError("N is the number of subscriptions")
    return int(text)


def _check_export(parsed: argparse.Namespace) -> None:
    form = KeyFormat(parsed.format)
    if parsed.style is not None and form is not KeyFormat.ENV:
        stop("--style goes with --format env.")
    if (parsed.encrypt or parsed.passphrase_file is not None) and form not in ENCRYPTABLE:
        stop(
            f"Only --format pkcs8 and der are written encrypted: leave --encrypt and {FROM_FILE} out. What the pair's "
            f"own file is encrypted with goes to {UNLOCKING}."
        )
    if parsed.json and parsed.output == STANDARD_STREAM:
        stop("--json reports on standard output, where the key goes: give --output FILE.")


def _check_rotate(parsed: argparse.Namespace) -> None:
    if parsed.to is not None and parsed.home is not None:
        stop("--keep-in is for a new pair: that of --to stays where it is.")
    _check_home(parsed, "--keep-in")


def _check_keep(parsed: argparse.Namespace) -> None:
    _check_home(parsed, "--in")


def _check_home(parsed: argparse.Namespace, option: str) -> None:
    in_file = parsed.home == Home.FILE.value
    if in_file and parsed.key_file is None:
        stop(f"{option} file needs --key-file FILE.")
    if not in_file and (parsed.key_file is not None or parsed.passphrase_file is not None):
        stop(f"--key-file and {FROM_FILE} go with {option} file.")


_CHECKS: Final = {"export": _check_export, "rotate": _check_rotate, "keep": _check_keep}


def subscribers_of(parsed: argparse.Namespace) -> Subscribers:
    """Return what a rotation does with the subscriptions."""
    return Subscribers.KEEP if parsed.keep_subscriptions else Subscribers.DELETE

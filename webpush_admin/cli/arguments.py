"""What all command lines have in common: how arguments are parsed, and how wrong use is told.

Runs on: any
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from webpush_admin.push.errors import PushError, StoreError

WRONG_USE: Final = 2

LEAST_PORT: Final = 1024
LARGEST_PORT: Final = 65_535

_NEVER_AN_ARGUMENT: Final = (
    "A passphrase is never an argument, which every user of this machine can read: give --passphrase-file FILE, or "
    "type it on a terminal."
)


class Parser(argparse.ArgumentParser):
    """Tells wrong use in one sentence, and takes no abbreviations."""

    def __init__(self, prog: str, description: str, epilog: str = "") -> None:
        super().__init__(prog=prog, description=description, epilog=epilog, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """End the program."""
        stop(f"{message[:1].upper()}{message[1:]}; --help tells what there is.")

    def parse_all(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Return the arguments; one that is not known ends the program, and is not repeated: it may be a secret."""
        parsed, unknown = self.parse_known_args(arguments)
        if unknown:
            names = [word.partition("=")[0] for word in unknown if word.startswith("--")]
            if not {"--passphrase", "--password"}.isdisjoint(names):
                stop(_NEVER_AN_ARGUMENT)
            told = f"{names[0]} is no option here" if names else "There is an argument too many"
            stop(f"{told}; --help tells what there is.")
        return parsed


def add_metrics(parser: argparse.ArgumentParser) -> None:
    """Add the argument that lets Prometheus ask."""
    parser.add_argument(
        "--metrics",
        metavar="PORT",
        type=_own_port,
        help="tell every total to Prometheus at http://127.0.0.1:PORT/metrics; 0 takes a free port",
    )


def _own_port(text: str) -> int:
    """Return a port to listen on, for argparse.

    Raises:
        argparse.ArgumentTypeError: It is none, or one that belongs to the system.
    """
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_PORT)) else -1
    if number != 0 and not LEAST_PORT <= number <= LARGEST_PORT:
        told = f"PORT is a number from {LEAST_PORT} to {LARGEST_PORT}, or 0 for one that is free"
        raise argparse.ArgumentTypeError(told)
    return number


def one_line(text: str) -> str:
    """Return a text that a terminal cannot be tricked with."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def say(sentence: str) -> None:
    """Tell what is wrong, in one line, whatever somebody has put into an argument."""
    print(f"webpush-admin: {one_line(sentence)}", file=sys.stderr)


def stop(sentence: str) -> NoReturn:
    """Tell what is wrong, and end the program."""
    say(sentence)
    sys.exit(WRONG_USE)


def check_authorities(path: Path) -> None:
    """Check a file of certificate authorities before anything is opened.

    Raises:
        PushError: It cannot be used.
    """
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


def check_database(url: str) -> None:
    """Check a database before it is opened, without loading SQLAlchemy.

    Raises:
        StoreError: It cannot be used.
    """
    from webpush_admin.store.faults import shown_name
    from webpush_admin.store.opening import Found, look, path_of

    path = path_of(url)
    found = look(path)
    if found in (Found.NOTHING, Found.EMPTY):
        what = "There is no file" if found is Found.NOTHING else "There is no database in the file"
        raise StoreError(f"{what} {shown_name(path)}; File > New database in the window makes one.")

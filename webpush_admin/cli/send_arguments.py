"""The arguments of `webpush-admin send`, and what is checked before anything is opened to be written to.

Runs on: any
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, get_args
from uuid import UUID

from webpush_admin.cli.arguments import Parser, add_metrics, check_authorities, check_database, stop
from webpush_admin.cli.passphrases import FROM_FILE
from webpush_admin.cli.people import add_users, chosen_user
from webpush_admin.push.errors import InvalidMessage, PushError
from webpush_admin.push.message import MAX_PAYLOAD_BYTES, MAX_TTL_S, Message, Urgency
from webpush_admin.store.store import Store

_STANDARD_INPUT: Final = "-"
_MAX_PORT: Final = 65_535
_MAX_ID: Final = 2**63 - 1


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the arguments; wrong use ends the program."""
    parsed = _parser().parse_all(arguments)
    if parsed.payload is None and not parsed.title:
        stop("Give --title, or --payload.")
    if parsed.payload is not None and (parsed.title or parsed.body or parsed.icon or parsed.url):
        stop("--payload is sent as it stands; leave --title, --body, --icon and --url out.")
    # Once each: a test is one push.
    parsed.subscription_id = list(dict.fromkeys(parsed.subscription_id))
    return parsed


def check(parsed: argparse.Namespace) -> UUID | None:
    """Check what can be checked before the database is opened to be written to; return the user that was asked for.

    Raises:
        PushError: Something cannot be used; there is no such user or subscription, or several users have the name.
    """
    check_database(parsed.database)
    if parsed.ca_file is not None:
        check_authorities(parsed.ca_file)
    with closing(Store.open(parsed.database, read_only=True, create=False)) as store:
        known = {row.subscription.id for row in store.subscriptions(parsed.subscription_id)}
        for number in parsed.subscription_id:
            if number not in known:
                raise PushError(f"There is no subscription with the id {number}.")
        return chosen_user(parsed, store.database)


def _parser() -> Parser:
    parser = Parser(
        prog="webpush-admin send",
        description="Send a notification. One line for each endpoint, which is shown masked, as its answer comes. What "
        "has gone is deleted (not with --subscription-id, which tests); the window's history shows the send.",
        epilog="Exit code 0: all were accepted. 1: not all, or there was nobody. 2: wrong use, nothing was sent. "
        "130: stopped by Ctrl+C. The keys of each line of --json: subscription and user (ids), host and tail (of the "
        "endpoint), status (null without an answer), outcome, diagnosis and action (null where there is none), "
        "reason, elapsed_ms, attempts, pruned (its row was deleted), held (gone, but kept). Those of the last line, in "
        "summary: targets, accepted, gone, failed, not_sent, pruned, held, stopped, problem, elapsed_ms, send (its "
        "number in the history), alike.",
    )
    parser.add_argument("--database", metavar="URL", required=True, help="for example sqlite:///push.db")
    whom = parser.add_mutually_exclusive_group(required=True)
    add_users(whom, "to every endpoint of one user")
    whom.add_argument(
        "--subscription-id",
        metavar="ID",
        type=_number,
        action="append",
        default=[],
        help="test this one; may be repeated",
    )
    whom.add_argument("--all", action="store_true", help="to everybody")
    parser.add_argument("--title", metavar="T", default="", help="the headline")
    parser.add_argument("--body", metavar="B", default="", help="the text")
    parser.add_argument("--icon", metavar="URL", default="", help="a picture")
    parser.add_argument("--url", metavar="URL", default="", help="where a click leads")
    parser.add_argument("--payload", metavar="FILE", help="send this text, as it stands; - reads standard input")
    parser.add_argument("--ttl", metavar="SECONDS", type=int, default=60, help=f"0 to {MAX_TTL_S}; 60 is the default")
    parser.add_argument("--urgency", choices=get_args(Urgency), default="normal")
    parser.add_argument("--topic", metavar="TOPIC", help="replaces an undelivered message of this topic")
    parser.add_argument("--dry-run", action="store_true", help="build everything, tell it, and send nothing")
    parser.add_argument(
        "--prune-held",
        action="store_true",
        help="where so many are gone at once that their rows were kept, delete those too",
    )
    parser.add_argument("--keep-payload", action="store_true", help="let the history show what was sent")
    parser.add_argument("--subject", metavar="S", default="", help="VAPID subject, kept with the database")
    parser.add_argument(
        FROM_FILE,
        metavar="FILE",
        type=Path,
        help="its first line is the passphrase of the private key, where that is in an encrypted file",
    )
    parser.add_argument("--ca-file", metavar="F", type=Path, help="trust these certificate authorities (PEM)")
    parser.add_argument(
        "--allow-loopback",
        metavar="PORT",
        type=_port,
        help="also send to a push service on this machine, at this port and no other",
    )
    add_metrics(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on each line, the last is the summary")
    return parser


def _port(text: str) -> int:
    return _whole(text, _MAX_PORT, f"a port is a number from 1 to {_MAX_PORT}")


def _number(text: str) -> int:
    return _whole(text, _MAX_ID, "the id of a subscription is a whole number")


def _whole(text: str, largest: int, told: str) -> int:
    """Return a number from 1 on, for argparse.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(largest)) and 0 < int(text) <= largest):
        raise argparse.ArgumentTypeError(told)
    return int(text)


def message_of(parsed: argparse.Namespace) -> Message:
    """Return what is to be sent.

    Raises:
        PushError: It breaks a rule, or cannot be read.
    """
    return Message(
        title=parsed.title,
        body=parsed.body,
        icon=parsed.icon,
        url=parsed.url,
        raw=None if parsed.payload is None else _payload(parsed.payload),
        ttl_s=parsed.ttl,
        urgency=parsed.urgency,
        topic=parsed.topic,
    )


def _payload(file: str) -> str:
    """Return what is to be sent.

    Raises:
        InvalidMessage: It is no text, or too long.
        PushError: It cannot be read.
    """
    try:
        if file == _STANDARD_INPUT:
            content = sys.stdin.buffer.read(MAX_PAYLOAD_BYTES + 1)
        else:
            with Path(file).open("rb") as source:
                content = source.read(MAX_PAYLOAD_BYTES + 1)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or "the name cannot be used"
        raise PushError(f"The payload {file} cannot be read: {why}.") from None
    if len(content) > MAX_PAYLOAD_BYTES:
        raise InvalidMessage(f"The payload is too long: a push carries at most {MAX_PAYLOAD_BYTES} bytes.")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise InvalidMessage("The payload is no text in UTF-8.") from None

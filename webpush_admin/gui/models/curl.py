"""A request as a cURL command for a ticket: without the endpoint's token, the Authorization and the content.

Runs on: any
"""

import shlex
from collections.abc import Sequence

from webpush_admin.gui.models.push_subscription_json import LEFT_OUT
from webpush_admin.gui.text import display_text
from webpush_admin.push.answer import SentRequest

URL_CHARACTERS = 400


def request_command(request: SentRequest, tail: str) -> str:
    """Return a request of the history, secrets struck. Source: RFC 8030, section 5; RFC 8292, section 3.

    Args:
        request: As it went out.
        tail: The last characters of the endpoint.
    """
    headers = [
        # What was struck out of it is nobody's to fill in from a ticket.
        f"{name}: vapid {LEFT_OUT}" if name.lower() == "authorization" else f"{name}: {value}"
        for name, value in request.headers
    ]
    return _command(f"{request.origin}/{LEFT_OUT}{tail}", headers)


def _command(url: str, headers: Sequence[str]) -> str:
    # One mark for what was left out, in a ticket that has the JSON too.
    url = display_text(url, URL_CHARACTERS).replace("…", LEFT_OUT)
    lines = [
        f"curl --request POST {shlex.quote(url)}",
        *(f"--header {shlex.quote(display_text(header))}" for header in headers),
        "--data-binary @payload",
    ]
    return " \\\n  ".join(lines) + "\n"

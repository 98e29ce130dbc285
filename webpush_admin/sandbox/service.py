"""The push service: judges each request by the RFCs, then answers as the temper of its endpoint says.

Runs on: child process
"""

import asyncio
import json
import secrets
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from webpush_admin.sandbox.answers.answer import TemperAnswer
from webpush_admin.sandbox.authorization import AuthorizationJudge
from webpush_admin.sandbox.endpoints import Endpoint, EndpointTable
from webpush_admin.sandbox.inbox import Counters, Inbox
from webpush_admin.sandbox.records import InboxEntry
from webpush_admin.sandbox.refusal import RequestRefused
from webpush_admin.sandbox.rules import MAX_BODY_BYTES, PushFields, check_length, read_fields
from webpush_admin.sandbox.tempers import ANSWERS

LONGEST_TTL_S: Final = 2_419_200
"""Four weeks: how long this service would keep a message. Source: RFC 8030, section 5.2 lets a service cap the TTL."""

SHOWN_PATH_CHARACTERS: Final = 300

IMITATES: Final = "Sandbox-Imitates"
"""Of an answer in the words of a real service: whose they are. Source: this project's diagnosis, on loopback only."""


class PushService:
    """The whole service: one raw aiohttp handler and what it remembers.

    Args:
        origin: Scheme, host and port, without a slash at the end.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.endpoints = EndpointTable(origin)
        self.inbox = Inbox()
        self.counters = Counters()
        self._judge = AuthorizationJudge(origin)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, whatever it is, and remember it."""
        self.counters.received += 1
        endpoint = self.endpoints.get(request.raw_path)
        fields = read_fields(request.headers)
        payload = b""
        try:
            payload = await self._judged(request, endpoint, fields)
            assert endpoint is not None, "an unknown path has been refused"
            self.counters.decrypted += 1
            answer = ANSWERS[endpoint.temper]
            if answer.delay_s:
                await asyncio.sleep(answer.delay_s)
        except RequestRefused as refused:
            self._remember(request, fields, refused.status, problem=refused.problem)
            return _refusal(refused)
        except (asyncio.CancelledError, ConnectionError):
            # The sender has gone. Told at once: whatever was received is counted once more, as soon as it has ended.
            self._remember(request, fields, None, payload=payload.decode("utf-8", "replace"))
            raise
        transport = request.transport
        # A sender that gave up meanwhile gets no answer either.
        status = answer.status if transport is not None and not transport.is_closing() else None
        self._remember(request, fields, status, payload=payload.decode("utf-8", "replace"))
        if transport is not None and status is None:
            if isinstance(transport, asyncio.WriteTransport) and not transport.is_closing():
                transport.write(answer.raw)
            # Closed here, before aiohttp writes what a handler must return: it then finds nobody to write to.
            transport.close()
        return self._answered(answer, fields)

    async def _judged(self, request: web.BaseRequest, endpoint: Endpoint | None, fields: PushFields) -> bytes:
        """Return the plaintext of a well-formed push, or raise what is wrong with it."""
        if endpoint is None:
            raise RequestRefused(404, "There is no such push resource (RFC 8030, section 5).")
        endpoint.received += 1
        if request.method != "POST":
            raise RequestRefused(405, "A push is sent with POST (RFC 8030, section 5).")
        body = await _read(request)
        if fields.problem:
            raise RequestRefused(400, fields.problem)
        values = request.headers.getall("Authorization", ())
        if len(values) > 1:
            raise RequestRefused(401, "The Authorization header stands there more than once (RFC 9110, section 5.3).")
        key = self._judge.application_server_key(values[0] if values else None)
        if endpoint.bound_to is not None and endpoint.bound_to != key:
            problem = "The subscription is restricted to another application server key (RFC 8292, section 4.2)."
            raise RequestRefused(403, problem)
        return endpoint.receiver.decrypt(body)

    def _answered(self, answer: TemperAnswer, fields: PushFields) -> web.Response:
        headers = dict(answer.headers)
        if answer.imitates:
            headers[IMITATES] = answer.imitates
        if answer.status == 201:
            headers["Location"] = f"{self.origin}/message/{secrets.token_urlsafe(32)}"
            headers["TTL"] = str(min(fields.ttl_s or 0, LONGEST_TTL_S))
        return web.Response(status=answer.status or 500, body=answer.body.encode() or None, headers=headers)

    def _remember(
        self, request: web.BaseRequest, fields: PushFields, status: int | None, payload: str = "", problem: str = ""
    ) -> None:
        self.counters.count_answer(status)
        version = request.version
        self.inbox.add(
            InboxEntry(
                number=self.inbox.next_number(),
                at=datetime.now(UTC),
                endpoint=self.origin + request.raw_path[:SHOWN_PATH_CHARACTERS],
                status=status,
                payload=payload,
                problem=problem,
                ttl_s=fields.ttl_s,
                urgency=fields.urgency,
                topic=fields.topic,
                http_version=f"{version.major}.{version.minor}",
            )
        )


async def _read(request: web.BaseRequest) -> bytes:
    """Return the body, and stop reading where it is longer than it may be."""
    check_length(request.content_length or 0)
    body = b""
    while chunk := await request.content.read(MAX_BODY_BYTES + 1 - len(body)):
        body += chunk
        check_length(len(body))
    return body


def _refusal(refused: RequestRefused) -> web.Response:
    headers = {"Allow": "POST"} if refused.status == 405 else None
    if refused.status == 401:
        headers = {"WWW-Authenticate": "vapid"}
    text = json.dumps({"status": refused.status, "error": refused.problem})
    return web.Response(status=refused.status, text=text, content_type="application/json", headers=headers)

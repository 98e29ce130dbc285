"""What goes out to each origin: bounded however many there are, and no secret in a traceback.

Runs on: any
"""

import traceback

import pytest

from tests.push.material import HI, SUBJECT
from webpush_admin.push import outgoing as module
from webpush_admin.push.outgoing import Outgoing
from webpush_admin.push.vapid import Authorizations, VapidKeys


def test_rows_that_name_a_new_origin_each_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ORIGINS", 10)
    outgoing = Outgoing(HI, Authorizations(VapidKeys.generate(), SUBJECT))
    for number in range(35):
        origin = f"https://{number}.example"
        assert outgoing.sent(origin).origin == origin
        assert len(outgoing._by_origin) <= 10


def test_a_traceback_with_its_locals_shows_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    authorizations = Authorizations(VapidKeys.generate(), SUBJECT)
    outgoing = Outgoing(HI, authorizations)
    origin = "https://push.example.net"
    outgoing.sent(origin)
    # Signed anew, so that the old one is looked at and does not fit.
    authorizations.clear()

    def fails(self: Outgoing, _: str) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(Outgoing, "_record", fails)
    with pytest.raises(RuntimeError) as failed:
        outgoing._signed(origin)
    told = "".join(traceback.TracebackException.from_exception(failed.value, capture_locals=True).format())
    assert "known = " in told
    assert "vapid t=" not in told

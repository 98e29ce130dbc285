"""What goes out to each origin: bounded however many there are, signed by the right pair, no secret in a traceback.

Runs on: any
"""

import traceback
from dataclasses import replace

import pytest

from tests.push.material import HI, SUBJECT, row
from webpush_admin.push import outgoing as module
from webpush_admin.push.outgoing import Outgoing
from webpush_admin.push.policy import EndpointPolicy
from webpush_admin.push.receiver import Receiver, prepare
from webpush_admin.push.signers import Signers
from webpush_admin.push.vapid import Authorizations, VapidKeys


def _signer() -> Authorizations:
    return Authorizations(VapidKeys.generate(), SUBJECT)


def _receiver(origin: str, key_id: int | None = None) -> Receiver:
    made = prepare(replace(row(1, endpoint=f"{origin}/a"), vapid_key_id=key_id), EndpointPolicy())
    assert made.target is not None
    return made


def test_rows_that_name_a_new_origin_each_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ORIGINS", 10)
    outgoing = Outgoing(HI, Signers(_signer()))
    for number in range(35):
        origin = f"https://{number}.example.net"
        assert outgoing.sent(_receiver(origin)).origin == origin
        assert len(outgoing._by_place) <= 10


def test_a_row_is_signed_for_by_the_pair_that_it_is_bound_to() -> None:
    active, older, third = _signer(), _signer(), _signer()
    outgoing = Outgoing(HI, Signers(active, {7: older, 8: third}))
    origin = "https://push.example.net"
    for key_id, signs in ((None, active), (7, older), (8, third), (9, active), (7, older)):
        receiver = _receiver(origin, key_id)
        assert f"Authorization: {signs.header(origin)}" in outgoing.request(receiver).headers
        assert outgoing.sent(receiver).public_key == signs.public_key
    # A lane that is given the same list again has nothing to set.
    assert outgoing.request(_receiver(origin)).headers is outgoing.request(_receiver(origin, 9)).headers


def test_rows_that_nobody_can_sign_for_are_refused_and_the_others_are_not() -> None:
    signers = Signers(_signer(), {}, {7: "The pair is locked."})
    refused, sent = signers.checked((_receiver("https://a.example.net", 7), _receiver("https://a.example.net", 8)))
    assert (refused.target, refused.refusal) == (None, "The pair is locked.")
    assert sent.target is not None
    invalid = replace(sent, target=None, refusal="No endpoint.", subscription=refused.subscription)
    assert signers.checked((invalid,)) == (invalid,), "what the validator said comes first"


def test_a_traceback_with_its_locals_shows_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    signs = _signer()
    outgoing = Outgoing(HI, Signers(signs))
    origin = "https://push.example.net"
    outgoing.sent(_receiver(origin))
    # Signed anew, so that the old one is looked at and does not fit.
    signs.clear()

    def fails(self: Outgoing, _: str, __: Authorizations) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(Outgoing, "_record", fails)
    with pytest.raises(RuntimeError) as failed:
        outgoing._signed(origin, None)
    told = "".join(traceback.TracebackException.from_exception(failed.value, capture_locals=True).format())
    assert "known = " in told
    assert "vapid t=" not in told

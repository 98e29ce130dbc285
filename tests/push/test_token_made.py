"""Tokens of py-vapid, of web-push for node and of ours are in order: nothing is blamed that is right."""

import json
import os
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_vapid import Vapid01, Vapid02

from tests.push.tokens import (
    APPLE,
    FCM,
    HOUR_S,
    KEYS,
    NOW,
    NOW_S,
    blamed,
    look,
    private,
)
from webpush_admin.push.lint.key_finding import Severity
from webpush_admin.push.vapid import LIFETIME_S, Authorizations

GOOD, WARN = Severity.GOOD, Severity.WARN
KEY: Final = KEYS.public_key


def test_py_vapids_own_tokens_are_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    claims = {"sub": "mailto:ops@push.city", "aud": FCM, "exp": NOW_S + HOUR_S}
    for kind, scheme in ((Vapid02, "vapid"), (Vapid01, "WebPush")):
        headers = kind(private_key=private(KEYS)).sign(dict(claims))
        report = look("\n".join(f"{name}: {value}" for name, value in headers.items()))
        assert report.scheme == scheme
        assert [one.about for one in blamed(report)] == ([] if scheme == "vapid" else ["Form"])
    # Left to itself it takes the whole day, which a clock may turn into more.
    del claims["exp"]
    monkeypatch.setattr("time.time", lambda: float(NOW_S))
    header = Vapid02(private_key=private(KEYS)).sign(dict(claims))["Authorization"]
    assert [one.severity for one in look(header).findings if one.about == "exp"] == [WARN]


@pytest.mark.parametrize("encoding", ["aes128gcm", "aesgcm"])
def test_tokens_of_web_push_for_node_are_in_order(encoding: str) -> None:
    modules = Path(
        os.environ.get("WEBPUSH_ADMIN_NODE_MODULES", Path(__file__).parents[2] / "packaging/node/node_modules")
    )
    node = shutil.which("node")
    if node is None or not (modules / "web-push").is_dir():
        pytest.skip("node with web-push is not here (npm install web-push)")
    script = (
        f"console.log(JSON.stringify(require({json.dumps(str(modules / 'web-push'))}).getVapidHeaders("
        "...JSON.parse(require('fs').readFileSync(0, 'utf8')))))"
    )
    arguments = [FCM, "mailto:ops@push.city", KEY, KEYS.private_key, encoding, NOW_S + HOUR_S]
    done = subprocess.run(
        [node, "-e", script], input=json.dumps(arguments), capture_output=True, text=True, check=True, timeout=60
    )
    report = look(done.stdout)
    assert report.public_key == KEY
    assert [one.about for one in blamed(report)] == ([] if encoding == "aes128gcm" else ["Form"])
    assert [one.severity for one in report.findings if one.about == "Signature"] == [GOOD]


@given(
    st.sampled_from([FCM, APPLE, "https://updates.push.services.mozilla.com", "https://db5p.notify.windows.com"]),
    st.sampled_from(["mailto:ops@push.city", "https://push.city/who?a=b", "mailto:o.p-s+x@a.b.city"]),
    st.integers(0, 2**33),
    st.integers(0, LIFETIME_S - 1),
)
def test_what_we_sign_is_clean_until_it_expires(origin: str, subject: str, at_s: int, later_s: int) -> None:
    header = Authorizations(KEYS, subject, wall_s=lambda: float(at_s)).header(origin)
    start = datetime.fromtimestamp(at_s, NOW.tzinfo)
    report = look(f"POST {origin}/x HTTP/1.1\nAuthorization: {header}", start + timedelta(seconds=later_s))
    assert {one.severity for one in report.findings} == {GOOD}
    ended = look(header, start + timedelta(seconds=LIFETIME_S))
    assert [one.about for one in blamed(ended)] == ["exp"]


def test_the_token_of_the_standard_is_by_its_key_and_has_ended() -> None:
    # Source: RFC 8292, section 2.4, with its line breaks.
    printed = """
   POST /p/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV HTTP/1.1
   Host: push.example.net
   TTL: 30
   Content-Length: 136
   Content-Encoding: aes128gcm
   Authorization: vapid
     t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3
       B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1ha
       Wx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_H
       LGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA,
     k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dR
       uU_RCPCfA5aq9ojSwk5Y2EmClBPs

   { encrypted push message }
"""
    report = look(printed)
    told = {finding.about: finding for finding in report.findings}
    assert told["Signature"].sentence == "The signature is right: it was made with the key that k names."
    assert told["aud"].sentence == "aud is https://push.example.net, the endpoint's origin."
    assert told["exp"].sentence == "The token expired 10 years ago, at 2016-01-23 04:36 UTC."
    assert {finding.about for finding in blamed(report)} == {"exp", "sub", "Public key"}

"""The validator: every rule by name, hostile types, and whatever text hypothesis finds.

Runs on: any
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.push.material import AUTH, LOOPBACK, P256DH
from webpush_admin.push.endpoint import MAX_ENDPOINT_CHARACTERS, check_endpoint, check_keys
from webpush_admin.push.errors import InvalidSubscription
from webpush_admin.push.policy import EndpointPolicy

PUBLIC = EndpointPolicy()

GOOD = [
    ("https://push.example.net/a", "push.example.net", 443, "https://push.example.net"),
    ("https://push.example.net:443/a", "push.example.net", 443, "https://push.example.net:443"),
    ("https://push.example.net:1024/a", "push.example.net", 1024, "https://push.example.net:1024"),
    ("https://push.example.net:65535/a", "push.example.net", 65535, "https://push.example.net:65535"),
    ("HTTPS://Push.EXAMPLE.net/A", "push.example.net", 443, "https://push.example.net"),
    ("https://push.example.net", "push.example.net", 443, "https://push.example.net"),
    ("https://push.example.net?token=a", "push.example.net", 443, "https://push.example.net"),
    ("https://push.example.net/a@b:c/;d=e?f=g&h=@", "push.example.net", 443, "https://push.example.net"),
    ("https://a_b.example.net/a/../b/%2e%2e/c", "a_b.example.net", 443, "https://a_b.example.net"),
    ("https://xn--bcher-kva.example/a", "xn--bcher-kva.example", 443, "https://xn--bcher-kva.example"),
    ("https://8.8.8.8/a", "8.8.8.8", 443, "https://8.8.8.8"),
    ("https://[2606:4700::1111]/a", "2606:4700::1111", 443, "https://[2606:4700::1111]"),
    ("https://[2606:4700::1111]:8443/a", "2606:4700::1111", 8443, "https://[2606:4700::1111]:8443"),
    ("https://localhost.example.net/a", "localhost.example.net", 443, "https://localhost.example.net"),
    ("https://local.net/a", "local.net", 443, "https://local.net"),
]

BAD = [
    ("", "empty"),
    (None, "empty"),
    (b"https://push.example.net/a", "empty"),
    (7, "empty"),
    (["https://push.example.net/a"], "empty"),
    ("https://push.example.net/" + "a" * 2024, "2049 characters"),
    ("https://push.example.net/ä", "character"),
    ("https://push.example.net/a b", "character"),
    (" https://push.example.net/a", "character"),
    ("https://push.example.net/a\n", "character"),
    ("https://push.example.net/a\r\nHost: x", "character"),
    ("https://push.example.net/\x00", "character"),
    ("https://push.example.net/\x7f", "character"),
    ("https://push.example.net/\ud800", "character"),
    ("https://push。example。net/a", "character"),  # noqa: RUF100  full-width stops
    *[(f"https://push.example.net/a{character}", "character") for character in '\\"<>^`{|}'],
    ("push.example.net/a", "no URL"),
    ("https:push.example.net/a", "no URL"),
    ("https:/push.example.net/a", "no URL"),
    ("//push.example.net/a", "no URL"),
    ("mailto:ops@example.org", "no URL"),
    ("https://push.example.net/a#b", "fragment"),
    ("https://push.example.net#", "fragment"),
    ("https://user@push.example.net/a", "user name"),
    ("https://user:word@push.example.net/a", "user name"),
    ("https://@push.example.net/a", "user name"),
    ("https:///a", "cannot be read"),
    ("https://push.example.net:/a", "cannot be read"),
    ("https://push.example.net:44x/a", "cannot be read"),
    ("https://push.example.net:-1/a", "cannot be read"),
    ("https://push.example.net:443443/a", "cannot be read"),
    ("https://push%2eexample.net/a", "cannot be read"),
    ("https://[::1%25lo]/a", "cannot be read"),
    ("https://[::1/a", "cannot be read"),
    ("https://push.example.net!/a", "cannot be read"),
    ("https://a:b:c/a", "cannot be read"),
    ("http://push.example.net/a", "https://"),
    ("http://localhost/a", "https://"),
    ("http://127.0.0.1:8080/a", "https://"),
    ("ftp://push.example.net/a", "https://"),
    ("file:///etc/passwd", "cannot be read"),
    ("gopher://push.example.net/a", "https://"),
    ("javascript://push.example.net/a", "https://"),
    ("https://push.example.net:0/a", "port 0"),
    ("https://push.example.net:22/a", "port 22"),
    ("https://push.example.net:80/a", "port 80"),
    ("https://push.example.net:1023/a", "port 1023"),
    ("https://push.example.net:65536/a", "port 65536"),
    ("https://push/a", "one label"),
    ("https://localhost/a", "one label"),
    ("https://push.example.net./a", "no host name"),
    ("https://127.0.0.1./a", "no host name"),
    ("https://.example.net/a", "no host name"),
    ("https://push..net/a", "no host name"),
    ("https://-push.example.net/a", "no host name"),
    ("https://push-.example.net/a", "no host name"),
    ("https://" + "a" * 64 + ".example.net/a", "no host name"),
    ("https://" + "a." * 130 + "net/a", "no host name"),
    ("https://printer.local/a", ".local"),
    ("https://db.internal/a", ".internal"),
    ("https://nas.LAN/a", ".lan"),
    ("https://nas.home.arpa/a", ".arpa"),
    ("https://home.arpa/a", ".arpa"),
    ("https://app.localhost/a", ".localhost"),
    ("https://abc.onion/a", ".onion"),
    ("https://127.1/a", "spelling"),
    ("https://127.0.1/a", "spelling"),
    ("https://2130706433/a", "spelling"),
    ("https://0/a", "spelling"),
    ("https://017700000001/a", "spelling"),
    ("https://0x7f000001/a", "spelling"),
    ("https://0x7f.0.0.1/a", "spelling"),
    ("https://0177.0.0.1/a", "spelling"),
    ("https://127.0.0.01/a", "spelling"),
    ("https://127.0.0.0x1/a", "spelling"),
    ("https://push.example.0x/a", "spelling"),
    ("https://256.1.1.1/a", "spelling"),
    ("https://1.2.3.4.5/a", "spelling"),
    ("https://[1.2.3.4]/a", "spelling"),
    ("https://[:::1]/a", "spelling"),
    ("https://127.0.0.1/a", "this machine"),
    ("https://127.9.9.9:8443/a", "this machine"),
    ("https://[::1]/a", "this machine"),
    ("https://[::ffff:127.0.0.1]/a", "this machine"),
    ("https://[::127.0.0.1]/a", "this machine"),
    ("https://[64:ff9b::7f00:1]/a", "this machine"),
    ("https://[2002:7f00:1::]/a", "this machine"),
    ("https://[2001:0:808:808::80ff:fffe]/a", "this machine"),
    ("https://10.0.0.1/a", "public internet"),
    ("https://100.64.0.1/a", "public internet"),
    ("https://224.0.0.1/a", "public internet"),
    ("https://[ff02::1]/a", "public internet"),
    ("https://[fd00::1]/a", "public internet"),
    ("https://[64:ff9b::a9fe:a9fe]/a", "public internet"),
    ("https://192.168.1.1/a", "public internet"),
    ("https://169.254.169.254/a", "public internet"),
    ("https://0.0.0.0/a", "public internet"),
    ("https://[::]/a", "public internet"),
    ("https://[fe80::1]/a", "public internet"),
]


@pytest.mark.parametrize(("url", "host", "port", "origin"), GOOD, ids=[good[0][:60] for good in GOOD])
def test_a_good_endpoint_is_sent_as_it_stands(url: str, host: str, port: int, origin: str) -> None:
    endpoint = check_endpoint(url, PUBLIC)
    assert endpoint.url is url
    assert (endpoint.host, endpoint.port) == (host, port)
    assert endpoint.origin == origin.removesuffix(":443")
    assert endpoint.target.startswith("/")
    assert url.endswith(endpoint.target.removeprefix("/"))


@pytest.mark.parametrize(("url", "why"), BAD, ids=[ascii(bad[0])[:60] for bad in BAD])
def test_a_bad_endpoint_is_refused_with_its_reason(url: Any, why: str) -> None:
    with pytest.raises(InvalidSubscription) as refused:
        check_endpoint(url, PUBLIC)
    assert why in str(refused.value)
    assert not isinstance(url, str) or len(url) < 5 or url not in str(refused.value)


def test_the_longest_endpoint_is_allowed() -> None:
    url = "https://push.example.net/".ljust(MAX_ENDPOINT_CHARACTERS, "a")
    assert check_endpoint(url, PUBLIC).url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8080/a",
        "http://127.0.0.1:8080/a",
        "http://[::1]:8080/a",
        "https://localhost:8443/a",
        "http://127.0.0.1/a",
    ],
)
def test_loopback_is_allowed_in_the_clear_where_it_was_switched_on(url: str) -> None:
    assert check_endpoint(url, LOOPBACK).url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://push.example.net/a",
        "http://localhost.example.net/a",
        "http://app.localhost:8080/a",
        "http://10.0.0.1:8080/a",
        "http://[::ffff:127.0.0.1].example.net:8080/a",
        "http://127.0.0.1:22/a",
        "https://app.localhost/a",
    ],
)
def test_switching_loopback_on_allows_nothing_else(url: str) -> None:
    with pytest.raises(InvalidSubscription):
        check_endpoint(url, LOOPBACK)


def test_only_the_port_of_the_sandbox_is_reached_where_one_is_named() -> None:
    policy = EndpointPolicy(allow_loopback=True, loopback_port=4000)
    assert check_endpoint("http://127.0.0.1:4000/a", policy).port == 4000
    for url in ("http://127.0.0.1:4001/a", "https://127.0.0.1:4001/a", "http://localhost:4001/a"):
        with pytest.raises(InvalidSubscription):
            check_endpoint(url, policy)


def test_a_network_by_name_is_reached_with_https_alone() -> None:
    policy = EndpointPolicy(allow_networks=("10.0.0.0/8",))
    assert check_endpoint("https://10.1.2.3:8443/a", policy).host == "10.1.2.3"
    for url in ("http://10.1.2.3/a", "https://192.168.1.1/a", "https://127.0.0.1/a"):
        with pytest.raises(InvalidSubscription):
            check_endpoint(url, policy)


def _refused_or_the_same(url: str, policy: EndpointPolicy) -> None:
    try:
        endpoint = check_endpoint(url, policy)
    except InvalidSubscription as refused:
        sentence = str(refused)
        assert sentence.endswith(".")
        assert sentence.isprintable()
        assert len(url) < 12 or url not in sentence
    else:
        assert endpoint.url == url
        assert endpoint.url.isascii()
        assert endpoint.host == endpoint.host.lower()
        assert url not in repr(endpoint) or url == endpoint.origin


@given(st.text())
def test_whatever_text_is_refused_in_a_sentence_or_sent_as_it_stands(text: str) -> None:
    _refused_or_the_same(text, PUBLIC)
    _refused_or_the_same(text, LOOPBACK)


PIECES = st.sampled_from(
    [
        "https",
        "http",
        ":",
        "/",
        "//",
        "@",
        "#",
        "?",
        "[",
        "]",
        "::1",
        "%",
        ".",
        "..",
        "0x7f",
        "127.0.0.1",
        "localhost",
        "push.example.net",
        "443",
        "80",
        "8443",
        "\\",
        "a",
        "ä",
        "é",
        "-",
        "_",
        "0",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join), st.booleans())
def test_whatever_is_put_together_from_pieces_of_urls_as_well(text: str, begun: bool) -> None:
    _refused_or_the_same("https://" + text if begun else text, PUBLIC)
    _refused_or_the_same("http://" + text if begun else text, LOOPBACK)


def test_neither_an_endpoint_nor_its_keys_show_a_secret() -> None:
    endpoint = check_endpoint("https://push.example.net/capability", PUBLIC)
    keys = check_keys(P256DH, AUTH)
    assert repr(endpoint) == "Endpoint(https://push.example.net)"
    assert repr(keys) == "ReceiverKeys()"

"""Which addresses may be connected to, by a table that names the traps.

Runs on: any
"""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webpush_admin.push.policy import EndpointPolicy, is_loopback_name

PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]

INSIDE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "ff0e::1",
    "2001:db8::1",
    "100::1",
    "::ffff:10.0.0.1",
    "::ffff:0:10.0.0.1",
    "::10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "2002:a00:1::",
    "2002:c0a8:101::1",
    "2001:0:808:808::f5ff:fffe",  # Teredo for 10.0.0.1
    # A network's own NAT64 may put the IPv4 address elsewhere than at the end. Source: RFC 6052, section 2.2.
    "64:ff9b:1:a00:0:100:808:808",
]

THIS_MACHINE = [
    "127.0.0.1",
    "127.255.255.254",
    "::1",
    "::1%lo",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:808:808::80ff:fffe",  # Teredo for 127.0.0.1
]


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet_is_reached(address: str) -> None:
    assert EndpointPolicy().refusal(address, 443) == ""


@pytest.mark.parametrize("address", INSIDE)
@pytest.mark.parametrize("policy", [EndpointPolicy(), EndpointPolicy(allow_loopback=True)], ids=["usual", "loopback"])
def test_everything_inside_is_refused(address: str, policy: EndpointPolicy) -> None:
    refusal = policy.refusal(address, 443)
    assert "public internet" in refusal
    assert refusal.endswith(".")


@pytest.mark.parametrize("address", THIS_MACHINE)
def test_this_machine_is_refused_unless_it_was_switched_on(address: str) -> None:
    assert "this machine" in EndpointPolicy().refusal(address, 443)
    assert EndpointPolicy(allow_loopback=True).refusal(address, 443) == ""
    sandbox = EndpointPolicy(allow_loopback=True, loopback_port=4000)
    assert sandbox.refusal(address, 4000) == ""
    assert "this machine" in sandbox.refusal(address, 4001)


def test_a_refusal_names_the_address_that_was_found() -> None:
    assert EndpointPolicy().refusal("2002:7f00:1::", 443).startswith("2002:7f00:1:: ")


@pytest.mark.parametrize("text", ["", "push.example.net", "127.0.0.1/8", "1.2.3", "::g", "/run/docker.sock"])
def test_what_is_no_address_is_refused(text: str) -> None:
    assert EndpointPolicy(allow_loopback=True).refusal(text, 443) == "The address is no IP address."


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203", "fd00::5"])
def test_networks_are_allowed_by_name(address: str) -> None:
    policy = EndpointPolicy(allow_networks=("10.0.0.0/8", "fd00::/64"))
    assert policy.refusal(address, 443) == ""
    assert policy.refusal("192.168.0.1", 443) != ""


def test_a_network_allows_this_machine_only_with_loopback() -> None:
    assert EndpointPolicy(allow_networks=("127.0.0.0/8", "::/0")).refusal("127.0.0.1", 443) != ""
    assert EndpointPolicy(allow_networks=("::/0",)).refusal("::1", 443) != ""


@pytest.mark.parametrize("network", ["ten", "10.0.0.1/8", "10.0.0.0/33", ""])
def test_a_network_that_is_none_is_refused_at_once(network: str) -> None:
    with pytest.raises(ValueError):
        EndpointPolicy(allow_networks=(network,))


@pytest.mark.parametrize(
    ("host", "plainly"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost.example.net", False),
        ("app.localhost", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_which_names_plainly_mean_this_machine(host: str, plainly: bool) -> None:
    assert is_loopback_name(host) is plainly
    assert EndpointPolicy().allows_plain_http(host, 80) is False
    assert EndpointPolicy(allow_loopback=True).allows_plain_http(host, 80) is plainly
    assert EndpointPolicy(allow_loopback=True, loopback_port=81).allows_plain_http(host, 80) is False


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_ipv6_wraps_it(address: ipaddress.IPv4Address) -> None:
    low = f"{int(address) >> 16:x}:{int(address) & 0xFFFF:x}"
    plain = EndpointPolicy().refusal(str(address), 443)
    for wrapped in (f"::ffff:{address}", f"64:ff9b::{low}", f"2002:{low}::1"):
        assert bool(EndpointPolicy().refusal(wrapped, 443)) == bool(plain)


@given(st.ip_addresses())
def test_nothing_that_is_not_global_is_reached(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if not address.is_global or address.is_multicast:
        wraps = isinstance(address, ipaddress.IPv6Address) and (
            address.ipv4_mapped or address.sixtofour or address.teredo or int(address) >> 32 == 0x64FF9B << 64
        )
        assert wraps or EndpointPolicy().refusal(str(address), 443)

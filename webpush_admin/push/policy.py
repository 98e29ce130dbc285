"""Which addresses a push may connect to: the guard against endpoints that point into our own network.

Runs on: any
"""

from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/96"))
_OWN_NAT64: Final = IPv6Network("64:ff9b:1::/48")
"""A network's own NAT64: but for its first /96 nobody outside can tell where in it the IPv4 address stands.

Source: RFC 8215; RFC 6052, section 2.2.
"""

_V4_COMPATIBLE: Final = IPv6Network("::/96")


@dataclass(frozen=True, slots=True)
class EndpointPolicy:
    """Where pushes may go besides the public internet.

    Attributes:
        allow_loopback: This machine too, and with plain http: for a sandbox.
        allow_networks: Private networks by name ("10.0.0.0/8"); https all the same.
        loopback_port: With `allow_loopback`, the only port on this machine; None for any.

    Raises:
        ValueError: A network that is none.
    """

    allow_loopback: bool = False
    allow_networks: tuple[str | Network, ...] = ()
    loopback_port: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(
            self,
            "allow_networks",
            tuple(ip_network(network) for network in self.allow_networks),
        )

    def refusal(self, address: str, port: int) -> str:
        """Return why an address may not be connected to, as a sentence; "" where it may."""
        try:
            outer = ip_address(address.partition("%")[0])
        except ValueError:
            return "The address is no IP address."
        inner = _unwrapped(outer)
        if inner.is_loopback:
            if self.allow_loopback and self.loopback_port in (None, port):
                return ""
            return f"{outer} is this machine, and sending to it is not allowed."
        if any(isinstance(network, IPv4Network | IPv6Network) and inner in network for network in self.allow_networks):
            return ""
        if inner.is_multicast or inner.is_reserved or inner.is_unspecified or not inner.is_global:
            return f"{outer} is not on the public internet, and sending to it is not allowed."
        if isinstance(inner, IPv6Address) and (inner.is_site_local or inner in _OWN_NAT64):
            return f"{outer} is not on the public internet, and sending to it is not allowed."
        return ""

    def allows_plain_http(self, host: str, port: int) -> bool:
        """Whether a host named in an endpoint is this machine and may be sent to without TLS."""
        return self.allow_loopback and self.loopback_port in (None, port) and is_loopback_name(host)


def is_loopback_name(host: str) -> bool:
    """Whether a host, without brackets, plainly names this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64, 6to4 or Teredo."""
    if isinstance(address, IPv4Address):
        return address
    low = int(address) & 0xFFFF_FFFF
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in _NAT64) or (address in _V4_COMPATIBLE and low > 1):
        return IPv4Address(low)
    return address

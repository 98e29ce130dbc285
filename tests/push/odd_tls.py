"""Certificates as they should be, and as they should not: made for a test, signed by an authority that it may trust.

Runs on: any
"""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY: Final = dt.timedelta(days=1)


class Authority:
    """Signs certificates; its own is in `file`.

    Args:
        folder: Where the files are written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("an authority")
        self.file = folder / "authority.pem"
        made = self._builder(self._key.public_key(), self._name, dt.datetime.now(dt.UTC))
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file.write_bytes(made.sign(self._key, SHA256()).public_bytes(Encoding.PEM))

    def tls(
        self, host: str = "127.0.0.1", *, expired: bool = False, self_signed: bool = False, alpn: tuple[str, ...] = ()
    ) -> ssl.SSLContext:
        """Return what a server needs to be `host`."""
        key = ec.generate_private_key(ec.SECP256R1())
        since = dt.datetime.now(dt.UTC) - (9 * DAY if expired else dt.timedelta())
        made = self._builder(key.public_key(), _name(host), since, issuer=_name(host) if self_signed else self._name)
        made = made.add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
        path = self._folder / f"{host}-{expired}-{self_signed}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        signed = made.sign(key if self_signed else self._key, SHA256())
        path.write_bytes(signed.public_bytes(Encoding.PEM) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context

    def _builder(
        self, key: ec.EllipticCurvePublicKey, subject: x509.Name, since: dt.datetime, issuer: x509.Name | None = None
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer or self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(since - DAY)
            .not_valid_after(since + DAY)
        )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)

"""Private keys in DER and PEM: SEC 1 and PKCS#8, also encrypted; and what else comes in such files.

`cryptography` reads them; here is only what each of its refusals means.

Runs on: any
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x448, x25519
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from webpush_admin.push.errors import InvalidKeys, PassphraseNeeded
from webpush_admin.push.key_formats.halves import Half, private_half, public_half
from webpush_admin.push.secret import Secret

ENCRYPTED: Final = "The private key is encrypted: give its passphrase."
NOT_OPENED: Final = "The passphrase does not open it: try another one."
UNREADABLE: Final = (
    "The private key in it cannot be read: it is damaged, or its halves do not belong together; look for another copy."
)
NOT_DER: Final = "This cannot be read as a private key: it is damaged, or something else; look for another copy."
OTHER_KIND: Final = "This key is on another curve, or of another kind: Web Push takes a pair on the curve P-256 alone."
UNKNOWN_ENCRYPTION: Final = (
    "It is encrypted in a way that cannot be read here: let `openssl pkcs8 -topk8 -v2 aes-256-cbc` write it anew."
)
CERTIFICATE: Final = "This is a certificate, which holds a public key alone: look for the private key."
PKCS12: Final = "This is a PKCS#12 file: take the key out with `openssl pkcs12 -nocerts -in FILE`, and import that."
CUT_OFF: Final = "The PEM text is cut off, since its END line is missing: copy the whole of it."
OPENSSH: Final = "This is a key of OpenSSH, made for logging in: generate a pair for Web Push instead."

_EC_PUBLIC_KEY: Final = bytes.fromhex("06072a8648ce3d0201")
"""The object identifier that PKCS#8 has and SEC 1 has not."""
_P256: Final = bytes.fromhex("06082a8648ce3d030107")
"""The object identifier of the curve."""
_PKCS7_DATA: Final = bytes.fromhex("06092a864886f70d0107")
"""The object identifier that a PKCS#12 file begins with. Source: RFC 7292, section 4."""
_BLOCK: Final = re.compile(
    r"-----BEGIN (?P<label>[A-Z0-9 ]{1,40})-----(?P<body>[^-]*(?:-(?!----)[^-]*)*)(?P<end>-----END (?P=label)-----)?"
)
_AROUND: Final = re.compile(r"[\"'](?:\s*\+)?\s*$|^\s*[>|\s]*(?:(?:\+\s*)?[\"'])?")
"""What sources and mails put around a line of PEM. A plus without a quote is base64."""
_HEADER: Final = re.compile(r"(Proc-Type|DEK-Info):\s*(\S+)")

_OTHER_BLOCKS: Final = {
    "OPENSSH PRIVATE KEY": OPENSSH,
    "SSH2 ENCRYPTED PRIVATE KEY": OPENSSH,
    "SSH2 PUBLIC KEY": OPENSSH,
    "CERTIFICATE": CERTIFICATE,
    "TRUSTED CERTIFICATE": CERTIFICATE,
    "X509 CERTIFICATE": CERTIFICATE,
    "CERTIFICATE REQUEST": "This is a request for a certificate, with a public key alone: look for the private key.",
    "EC PARAMETERS": "This names a curve and holds no key: look for the rest of the file, “BEGIN EC PRIVATE KEY”.",
    "RSA PUBLIC KEY": "This is an RSA key: Web Push takes a pair on the curve P-256 alone.",
    "RSA PRIVATE KEY": "This is an RSA key: Web Push takes a pair on the curve P-256 alone.",
    "DSA PRIVATE KEY": "This is a DSA key: Web Push takes a pair on the curve P-256 alone.",
    "PGP PRIVATE KEY BLOCK": "This is a key of OpenPGP, made for mail: Web Push takes a pair on the curve P-256 alone.",
    "PGP PUBLIC KEY BLOCK": "This is a key of OpenPGP, made for mail: Web Push takes a pair on the curve P-256 alone.",
}
_KINDS: Final = (
    (rsa.RSAPrivateKey, rsa.RSAPublicKey, "an RSA key"),
    (dsa.DSAPrivateKey, dsa.DSAPublicKey, "a DSA key"),
    (ed25519.Ed25519PrivateKey, ed25519.Ed25519PublicKey, "an Ed25519 key"),
    (ed448.Ed448PrivateKey, ed448.Ed448PublicKey, "an Ed448 key"),
    (x25519.X25519PrivateKey, x25519.X25519PublicKey, "an X25519 key"),
    (x448.X448PrivateKey, x448.X448PublicKey, "an X448 key"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Block:
    """A PEM block in a text.

    Attributes:
        label: "EC PRIVATE KEY".
        pem: The block, laid out as RFC 7468 asks; "" where its end is missing.
    """

    label: str
    pem: str


def take_blocks(text: str, first: int = 0) -> tuple[str, tuple[Block, ...]]:
    """Return a text with each PEM block replaced by its mark, and the blocks, which are counted from `first`."""
    blocks: list[Block] = []

    def take(found: re.Match[str]) -> str:
        blocks.append(Block(found["label"], _laid_out(found["label"], found["body"]) if found["end"] else ""))
        return mark(first + len(blocks) - 1)

    # In one line of settings newlines are written as two characters.
    plain = text.replace("\\r", "").replace("\\n", "\n") if "-----BEGIN " in text else text
    return _BLOCK.sub(take, plain), tuple(blocks)


def mark(number: int) -> str:
    """Return what stands for a block: control characters, which no text has."""
    return f"\x02{number}\x03"


def _laid_out(label: str, body: str) -> str:
    headers = [f"{name}: {value}" for name, value in _HEADER.findall(body)]
    packed = "".join(_AROUND.sub("", line) for line in _HEADER.sub("", body).splitlines())
    packed = re.sub(r"\s", "", packed)
    lines = [packed[start : start + 64] for start in range(0, len(packed), 64)]
    return "\n".join(
        [f"-----BEGIN {label}-----", *headers, *([""] if headers else []), *lines, f"-----END {label}-----", ""]
    )


def read_block(block: Block, passphrase: Secret) -> Half:
    """Return the key that a PEM block holds.

    Raises:
        InvalidKeys: It holds none that can be used.
        PassphraseNeeded: It is encrypted.
    """
    if not block.pem:
        raise InvalidKeys(CUT_OFF)
    if block.label in _OTHER_BLOCKS:
        raise InvalidKeys(_OTHER_BLOCKS[block.label])
    data = block.pem.encode("ascii", "replace")
    if block.label == "PUBLIC KEY":
        return _public(lambda: load_pem_public_key(data), "PEM, public key")
    if not block.label.endswith("PRIVATE KEY"):
        raise InvalidKeys("This PEM text holds no private key: look for “BEGIN EC PRIVATE KEY” or “BEGIN PRIVATE KEY”.")
    form = "PEM, SEC 1" if block.label.startswith("EC ") else "PEM, PKCS#8"
    return _private(lambda secret: load_pem_private_key(data, secret), passphrase, form)


def read_der(data: bytes, passphrase: Secret) -> Half:
    """Return the key that DER holds.

    Raises:
        InvalidKeys: It holds none that can be used.
        PassphraseNeeded: It is encrypted.
    """
    if _PKCS7_DATA in data[:64]:
        raise InvalidKeys(PKCS12)
    with_oid = "DER, PKCS#8" if _EC_PUBLIC_KEY in data else "DER, SEC 1"
    try:
        return _private(lambda secret: load_der_private_key(data, secret), passphrase, with_oid)
    except PassphraseNeeded:
        raise
    except InvalidKeys as error:
        refusal = str(error)
    if refusal != UNREADABLE:
        raise InvalidKeys(refusal)
    if _is_certificate(data):
        raise InvalidKeys(CERTIFICATE)
    return _public(lambda: load_der_public_key(data), "DER, public key", UNREADABLE if _P256 in data else NOT_DER)


def _private(load: Callable[[bytes | None], object], passphrase: Secret, form: str) -> Half:
    try:
        try:
            key = load(None)
        except TypeError:
            # Nothing but a missing passphrase is a TypeError.
            if not passphrase:
                raise PassphraseNeeded(ENCRYPTED) from None
            form = f"{form.replace('DER, SEC 1', 'DER, PKCS#8')}, encrypted"
            key = _decrypted(load, passphrase)
    except UnsupportedAlgorithm:
        raise InvalidKeys(OTHER_KIND) from None
    except ValueError:
        raise InvalidKeys(UNREADABLE) from None
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return private_half(key, form)
    raise InvalidKeys(_other_kind(key))


def _decrypted(load: Callable[[bytes | None], object], passphrase: Secret) -> object:
    try:
        return load(passphrase.text.encode("utf-8", "surrogatepass"))
    except UnsupportedAlgorithm:
        raise InvalidKeys(UNKNOWN_ENCRYPTION) from None
    except ValueError as error:
        unknown = "unknown" in str(error).lower()
    if unknown:
        raise InvalidKeys(UNKNOWN_ENCRYPTION)
    # A wrong passphrase shows by what comes out making no sense: a damaged file does the same.
    raise PassphraseNeeded(NOT_OPENED)


def _public(load: Callable[[], object], form: str, refusal: str = UNREADABLE) -> Half:
    try:
        key = load()
    except UnsupportedAlgorithm:
        raise InvalidKeys(OTHER_KIND) from None
    except (ValueError, TypeError):
        raise InvalidKeys(refusal) from None
    if isinstance(key, ec.EllipticCurvePublicKey):
        return public_half(key, form)
    raise InvalidKeys(_other_kind(key))


def _other_kind(key: object) -> str:
    for private, public, name in _KINDS:
        if isinstance(key, private | public):
            return f"This is {name}: Web Push takes a pair on the curve P-256 alone."
    return OTHER_KIND


def _is_certificate(data: bytes) -> bool:
    try:
        x509.load_der_x509_certificate(data)
    except (ValueError, TypeError):
        return False
    return True

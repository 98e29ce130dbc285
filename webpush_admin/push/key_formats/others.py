"""What is often taken for keys, and what it is.

Runs on: any
"""

import re
from typing import Final

from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.key_formats.containers import OPENSSH

FIREBASE_PAGE: Final = "These are a web page's settings for Firebase: they hold no private key."

_MAGIC: Final = (
    (b"SQLite format 3\0", "This is a SQLite database: open it as a database, and its keys are there."),
    (
        b"\xfe\xed\xfe\xed",
        "This is a Java keystore: take the key out with `keytool -importkeystore` and `openssl pkcs12`.",
    ),
    (b"PK\3\4", "This is a ZIP archive: unpack it, and import the file with the keys."),
    (b"\x1f\x8b", "This is compressed with gzip: unpack it, and import the file with the keys."),
    (b"\x89PNG", "This is a picture: import the file or the text with the keys."),
    (b"\xff\xd8\xff", "This is a picture: import the file or the text with the keys."),
    (b"%PDF", "This is a PDF: copy the keys out of it, and paste them."),
    (b"SSH PRIVATE KEY FILE FORMAT", OPENSSH),
    (b"Salted__", "This is encrypted with `openssl enc`: decrypt it with the same program, and import what comes out."),
    (b"\x85\x01", "This is encrypted with OpenPGP: decrypt it, and import what comes out."),
)
_TEXTS: Final = (
    (
        re.compile(r"AAAA[\w-]{7}:[\w-]{100,}"),
        "This is a server key of the old FCM, which Google has switched off: Web Push signs with a VAPID pair instead.",
    ),
    (re.compile(r"AIza[\w-]{35}"), "This is an API key of Google: Web Push signs with a VAPID pair instead."),
    (re.compile(r"(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp\d+) AAAA"), OPENSSH),
    (
        re.compile(r"PuTTY-User-Key-File"),
        "This is a key of PuTTY, made for logging in: generate a pair for Web Push instead.",
    ),
    (
        re.compile(r"(?:vapid\s+t=|WebPush\s+|Bearer\s+)?eyJ[\w-]+\.[\w-]+\.", re.IGNORECASE),
        "This is a signed token, which holds no private key: have it decoded among the tokens.",
    ),
    (
        re.compile(r"<!doctype html|<html", re.IGNORECASE),
        "This is a web page: copy the keys out of it, and paste them.",
    ),
    (re.compile(r"<\?xml"), "This is XML, which no VAPID keys come in: look for PEM, a JWK, or the server's settings."),
    (re.compile(r"https?://\S+$"), "This is an address and not a key: paste the key itself."),
    (re.compile(r"mailto:\S+$|[\w.+-]+@[\w.-]+$"), "This is a subject and not a key: set it as the subject."),
    (
        re.compile(r"[\w.+/~\\:-]+\.(?:pem|key|der|json|env|txt)$"),
        "This is the name of a file: choose the file itself.",
    ),
    (re.compile(r"(?s).*\bmessagingSenderId\b"), FIREBASE_PAGE),
)
_BEGIN: Final = re.compile(r"-\s?BEGIN [A-Z0-9 ]{0,30}KEY|BEGIN [A-Z0-9 ]{0,30}KEY\s?-")
_END: Final = re.compile(r"-\s?END [A-Z0-9 ]{0,30}KEY|END [A-Z0-9 ]{0,30}KEY\s?-")
_NOT_32: Final = re.compile(r"[A-Za-z0-9+/_-]{10,200}={0,2}")


def refuse_binary(data: bytes) -> None:
    """Let bytes pass that may be a key.

    Raises:
        InvalidKeys: They are something else, which the sentence names.
    """
    for magic, sentence in _MAGIC:
        # A scalar may begin with anything.
        if data.startswith(magic) and len(data) > 33:
            raise InvalidKeys(sentence)


def refuse_torn(text: str) -> None:
    """Let a text pass that was no PEM.

    Raises:
        InvalidKeys: It is the rest of one.
    """
    if _BEGIN.search(text):
        raise InvalidKeys("The PEM text is damaged in its BEGIN line: copy the whole of it.")
    if _END.search(text):
        raise InvalidKeys("The PEM text is cut off, since its BEGIN line is missing: copy the whole of it.")


def refuse_text(text: str) -> None:
    """Name a text that holds no keys.

    Raises:
        InvalidKeys: It is something that is known.
    """
    for pattern, sentence in _TEXTS:
        if pattern.match(text):
            raise InvalidKeys(sentence)
    if _NOT_32.fullmatch(text):
        raise InvalidKeys(
            f"This has {len(text.rstrip('='))} characters, and a private key has 43: it is another secret, or was "
            "copied in part."
        )

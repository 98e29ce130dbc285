"""What is known before a token is looked at, and what is told of it: frozen records, never with a signature in them.

Runs on: any
"""

from dataclasses import dataclass

from webpush_admin.push.lint.key_finding import KeyFinding


@dataclass(frozen=True, slots=True)
class KnownPair:
    """The public half of a key pair that a token may have been signed with.

    Attributes:
        public_key: 87 characters base64url.
        label: What the operator calls it, "" for nothing; hostile text.
        active: It is the one that signs.
        retired: Its private key is gone.
    """

    public_key: str
    label: str = ""
    active: bool = False
    retired: bool = False


@dataclass(frozen=True, slots=True)
class TokenReport:
    """A JWT or an Authorization header, taken apart.

    Attributes:
        scheme: How it was given: "vapid", "WebPush", "Bearer", "JWT alone".
        header: The JOSE header as indented JSON, "" where it cannot be read.
        claims: The claims likewise.
        public_key: The `k` that came with it, else "".
        fingerprint: Of it.
        findings: What is right and wrong with it; its signature among them. It is never kept.
    """

    scheme: str
    header: str
    claims: str
    public_key: str
    fingerprint: str
    findings: tuple[KeyFinding, ...]

"""What push services say about the headers of a message: TTL, topic, and its size.

Runs on: any
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Final

from webpush_admin.push.lint.finding import LintFinding, Severity
from webpush_admin.push.message import MAX_PAYLOAD_BYTES, Message
from webpush_admin.push.services import PushService

MAX_TOPIC_CHARACTERS: Final = 32
FEW_SECONDS: Final = 60

_OVERHEAD_BYTES: Final = 103
"""What encryption adds: a header of 86, a tag of 16, one that ends the record. Source: RFC 8291, section 4."""

_TOPIC: Final = re.compile(r"[A-Za-z0-9_-]*")


def room_bytes(service: PushService) -> int:
    """Return how many bytes of payload a service takes from us: never more than fit into one record."""
    return min(MAX_PAYLOAD_BYTES, service.max_body_bytes - _OVERHEAD_BYTES)


def careful_bytes(service: PushService) -> int:
    """Return how many bytes of payload reach every device behind a service."""
    return min(room_bytes(service), service.careful_body_bytes - _OVERHEAD_BYTES)


def lint_ttl(message: Message, services: Iterable[PushService]) -> Iterator[LintFinding]:
    """Tell what a TTL does that few people mean."""
    source = "RFC 8030, section 5.2"
    concerned = tuple(services)
    refusing = next((service for service in concerned if message.ttl_s < service.min_ttl_s), None)
    if message.ttl_s == 0:
        sentence = "With a TTL of 0 only browsers that are online this moment get it"
        told = f"{sentence}, and {refusing.name} answers 400." if refusing else f"{sentence}."
        severity = Severity.REFUSED if refusing else Severity.WARNING
        yield LintFinding(severity, "ttl", told, "Take 60 s or more.", f"{source}; WNS, X-WNS-Cache-Policy")
    elif message.ttl_s < FEW_SECONDS:
        sentence = f"After {message.ttl_s} s it is dropped for browsers that sleep or are offline."
        yield LintFinding(Severity.HINT, "ttl", sentence, "Take 60 s or more.", source)
    for service in concerned:
        if message.ttl_s > service.max_ttl_s:
            sentence = f"{service.name} keeps a message for {service.max_ttl_s // 86_400} days at most."
            yield LintFinding(Severity.WARNING, "ttl", sentence, "Take a shorter TTL.", f"Limits of {service.name}")


def lint_size(message: Message, services: Iterable[PushService]) -> Iterator[LintFinding]:
    """Tell where the payload is larger than a service, or a phone behind it, takes."""
    size = len(message.payload())
    for service in services:
        room, careful = room_bytes(service), careful_bytes(service)
        if size > room:
            sentence = f"{service.name} takes {room:,} bytes at most, and this has {size:,}."
            yield LintFinding(Severity.REFUSED, "payload", sentence, "Shorten it.", f"Limits of {service.name}")
        elif size > careful:
            sentence = f"Phones behind {service.name} may not get it: their bridge takes about {careful:,} bytes."
            yield LintFinding(Severity.WARNING, "payload", sentence, "Shorten it.", f"Limits of {service.name}")


def lint_topic(topic: str, services: Iterable[PushService]) -> tuple[LintFinding, ...]:
    """Return what is wrong with a topic as it was typed; `Message` refuses the worst of it."""
    rfc = "RFC 8030, section 5.4"
    if len(topic) > MAX_TOPIC_CHARACTERS or not _TOPIC.fullmatch(topic):
        wrong = (
            f"The topic has {len(topic):,} characters; at most {MAX_TOPIC_CHARACTERS} are allowed."
            if len(topic) > MAX_TOPIC_CHARACTERS
            else "The topic may hold only A-Z, a-z, 0-9, - and _."
        )
        remedy = "Take its fingerprint instead: the same topic always gives the same one."
        return (LintFinding(Severity.REFUSED, "topic", wrong, remedy, rfc, fitting_topic(topic)),)
    strict = next((service for service in services if service.topic_is_base64), None)
    if strict is None or len(topic) % 4 != 1:
        return ()
    return (
        LintFinding(
            Severity.REFUSED,
            "topic",
            f"{strict.name} refuses a topic of {len(topic)} characters (BadWebPushTopic): no base64url is that long.",
            "Add or remove a character.",
            "Apple, Sending web push notifications in web apps and browsers",
            f"{topic}-",
        ),
    )


def fitting_topic(text: str) -> str:
    """Return a topic that every service takes, always the same for the same text."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode("utf-8", "replace")).digest())[:32].decode()

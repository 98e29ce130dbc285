"""What an endpoint says of itself, and that no token is told.

Runs on: any
"""

import pytest

from webpush_admin.backend.detail import PartKind
from webpush_admin.backend.endpoint_parts import _READERS, endpoint_parts
from webpush_admin.push.services import SERVICES, service_name
from webpush_admin.push.subscription import endpoint_host

TOKEN = "q8Zr_T0kEnThatNobodyMaySee-wXyZ"


def told(endpoint: str) -> list[tuple[PartKind, str, int]]:
    parts = endpoint_parts(endpoint, service_name(endpoint_host(endpoint)))
    assert TOKEN not in "".join(part.text for part in parts)
    return [(part.kind, part.text, part.characters) for part in parts]


def test_every_known_service_has_a_reader() -> None:
    assert set(_READERS) == {service.name for service in SERVICES} | {"Sandbox"}


@pytest.mark.parametrize(
    ("endpoint", "parts"),
    [
        (
            f"https://fcm.googleapis.com/fcm/send/cAbCdEfGhIj:{TOKEN}",
            [
                (PartKind.INTERFACE, "/fcm/send/", 0),
                (PartKind.INSTANCE, "fGhIj"[-4:], 11),
                (PartKind.CAPABILITY, "wXyZ", 31),
            ],
        ),
        (
            f"https://fcm.googleapis.com/wp/{TOKEN}",
            [(PartKind.INTERFACE, "/wp/", 0), (PartKind.CAPABILITY, "wXyZ", 31)],
        ),
        (
            f"https://updates.push.services.mozilla.com/wpush/v2/{TOKEN}",
            [(PartKind.INTERFACE, "/wpush/v2/", 0), (PartKind.BOUND, "", 0), (PartKind.CAPABILITY, "wXyZ", 31)],
        ),
        (
            f"https://updates.push.services.mozilla.com/wpush/v1/{TOKEN}",
            [(PartKind.INTERFACE, "/wpush/v1/", 0), (PartKind.UNBOUND, "", 0), (PartKind.CAPABILITY, "wXyZ", 31)],
        ),
        (f"https://web.push.apple.com/{TOKEN}", [(PartKind.CAPABILITY, "wXyZ", 31)]),
        (
            f"https://wns2-db5p.notify.windows.com/w/?token={TOKEN}",
            [(PartKind.DATA_CENTRE, "wns2-db5p", 0), (PartKind.INTERFACE, "/w/", 0), (PartKind.CAPABILITY, "wXyZ", 31)],
        ),
        (f"https://push.example.net/UP?t={TOKEN}", [(PartKind.PATH, "UP", 2), (PartKind.QUERY, "wXyZ", 33)]),
        (f"https://push.example.net/fcm/send/{TOKEN}", [(PartKind.PATH, "wXyZ", 40)]),
        ("https://web.push.apple.com", []),
    ],
)
def test_its_parts_are_named_and_its_token_is_masked(endpoint: str, parts: list[tuple[PartKind, str, int]]) -> None:
    assert told(endpoint) == parts


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "x",
        "https://",
        "https://[",
        f"https://user:pass@push.example.net/{TOKEN}",
        "https://x/" + "a" * 9999,
        "https://é/",
    ],
)
def test_what_cannot_be_read_has_no_parts(endpoint: str) -> None:
    assert endpoint_parts(endpoint, "") == ()

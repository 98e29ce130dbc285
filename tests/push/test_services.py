"""Whose a host is, and what the limits are.

Runs on: any
"""

import pytest

from webpush_admin.push.services import SERVICES, SERVICES_BY_ID, is_gone_for_good, service_for, service_name


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("fcm.googleapis.com", "fcm"),
        ("jmt17.google.com", "fcm"),
        ("updates.push.services.mozilla.com", "mozilla"),
        ("web.push.apple.com", "apple"),
        ("api.push.apple.com", "apple"),
        ("wns2-par02p.notify.windows.com", "wns"),
    ],
)
def test_a_host_leads_to_its_service(host: str, service: str) -> None:
    found = service_for(host)
    assert found is SERVICES_BY_ID[service]
    assert service_name(host) == found.name


@pytest.mark.parametrize("host", ["push.example.net", "fcm.googleapis.com.example.net", "push.apple.com", "x", ""])
def test_a_strange_host_stays_itself(host: str) -> None:
    assert service_for(host) is None
    assert service_name(host) == host


def test_what_fits_everywhere_fits_each_service() -> None:
    assert len(SERVICES_BY_ID) == len(SERVICES)
    assert min(service.max_body_bytes for service in SERVICES) == 4096
    assert all(service.careful_body_bytes <= service.max_body_bytes for service in SERVICES)
    assert all(service.min_ttl_s <= 60 < service.max_ttl_s for service in SERVICES)


def test_a_host_under_invalid_is_gone_for_good() -> None:
    assert is_gone_for_good("permanently-removed.invalid")
    assert not is_gone_for_good("invalid.example.net")

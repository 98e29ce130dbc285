"""What importing the core loads: a record costs neither a cryptographic library nor libcurl.

Runs on: any
"""

import subprocess
import sys

import pytest

import webpush_admin.push as push

HEAVY = ("pywebpush", "http_ece", "pycurl", "py_vapid", "cryptography", "sqlalchemy", "aiohttp", "PySide6")
RECORDS = ("Action", "CacheStats", "Delivery", "DisabledDispatcher", "DispatchError", "DispatchReport")
MORE_RECORDS = ("EndpointPolicy", "Message", "Outcome", "Subscription")


def _loaded_by(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    path = ":".join(entry or "." for entry in sys.path)
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": path},
        timeout=60,
    )
    return set(ran.stdout.split())


def test_the_package_and_its_records_load_nothing_heavy() -> None:
    names = ", ".join(RECORDS + MORE_RECORDS)
    assert _loaded_by(f"from webpush_admin.push import {names}\nMessage(title='Hi').payload()") == set()


def test_the_dispatcher_loads_libcurl_but_no_database() -> None:
    loaded = _loaded_by("from webpush_admin.push import Dispatcher")
    assert {"pycurl", "cryptography", "py_vapid"} <= loaded
    assert not {"pywebpush", "http_ece"} & loaded, "the reference is for the tests"
    assert not loaded & {"sqlalchemy", "aiohttp", "PySide6"}


def test_keys_load_no_libcurl() -> None:
    assert "pycurl" not in _loaded_by("from webpush_admin.push import VapidKeys")


@pytest.mark.parametrize("name", push.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(push, name).__name__ == name


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nobody'"):
        push.Nobody  # noqa: B018  the access is what raises

"""No secrets in the log."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from webpush_admin.gui.log_file import log_folder, start_log, struck

AUTH = "tBHItJI5svbpez7KI4CCXg"
PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    own = logging.getLogger("webpush_admin")
    own_level = own.level
    yield start_log(tmp_path)
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    own.setLevel(own_level)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"auth={AUTH}", "auth=…"),
        (f"Authorization: vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.{PRIVATE}.{AUTH}", "Authorization: vapid t=…"),
        ("POST https://fcm.googleapis.com/fcm/send/abc:def failed", "POST https://fcm.googleapis.com/… failed"),
        ("https://user:pw@push.example/x", "https://push.example/…"),
        ("a plain sentence with 410 gone", "a plain sentence with 410 gone"),
    ],
)
def test_secrets_are_struck(text: str, kept: str) -> None:
    assert struck(text).startswith(kept)
    assert AUTH not in struck(text)
    assert PRIVATE not in struck(text)


def test_a_traceback_keeps_its_places_and_loses_the_secret(logged: Path) -> None:
    log = logging.getLogger("webpush_admin.test")
    try:
        raise ValueError(f"cannot read {PRIVATE}")
    except ValueError:
        log.exception("It failed with %s.", AUTH)
    text = logged.read_text()
    assert "ValueError: cannot read …" in text
    assert 'test_log_file.py", line' in text
    assert PRIVATE not in text
    assert AUTH not in text


def test_other_libraries_are_heard_from_warnings_on(logged: Path) -> None:
    logging.getLogger("somebody").info("chatter")
    logging.getLogger("somebody").warning("mind this")
    logging.getLogger("webpush_admin.x").info("our news")
    text = logged.read_text()
    assert "chatter" not in text
    assert "mind this" in text
    assert "our news" in text


def test_the_folder_is_made() -> None:
    assert log_folder().is_dir()

"""The header fields of RFC 8030, and the length of a body."""

import pytest
from multidict import CIMultiDict

from webpush_admin.sandbox.refusal import RequestRefused
from webpush_admin.sandbox.rules import MAX_BODY_BYTES, check_length, read_fields

GOOD = (("TTL", "60"), ("Content-Encoding", "aes128gcm"))


def _with(*changed: tuple[str, str]) -> "CIMultiDict[str]":
    fields = CIMultiDict(GOOD)
    fields.update(changed)
    return fields


def test_good_fields_are_read() -> None:
    fields = read_fields(_with(("ttl", "0"), ("Urgency", "very-low"), ("Topic", "a_-9" * 8)))
    assert (fields.ttl_s, fields.urgency, fields.topic, fields.problem) == (0, "very-low", "a_-9" * 8, "")


def test_absent_fields_have_their_defaults() -> None:
    fields = read_fields(CIMultiDict(GOOD))
    assert (fields.ttl_s, fields.urgency, fields.topic, fields.problem) == (60, "normal", "", "")


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("TTL", "", "not a whole number"),
        ("TTL", "-1", "not a whole number"),
        ("TTL", "+1", "not a whole number"),
        ("TTL", "1.5", "not a whole number"),
        ("TTL", "1_0", "not a whole number"),
        ("TTL", "٣", "not a whole number"),
        ("Urgency", "urgent", "Urgency"),
        ("Urgency", "High", "Urgency"),
        ("Urgency", "", "Urgency"),
        ("Topic", "", "Topic"),
        ("Topic", "x" * 33, "Topic"),
        ("Topic", "no spaces", "Topic"),
        ("Topic", "pad==", "Topic"),
        ("Content-Encoding", "aesgcm", "Content-Encoding"),
        ("Content-Encoding", "aes128gcm, gzip", "Content-Encoding"),
        ("Content-Encoding", "", "Content-Encoding"),
    ],
)
def test_wrong_field_is_named(name: str, value: str, problem: str) -> None:
    told = read_fields(_with((name, value))).problem
    assert problem in told
    assert "(RFC " in told


@pytest.mark.parametrize("name", ["TTL", "Content-Encoding"])
def test_missing_field_is_named(name: str) -> None:
    assert name in read_fields(CIMultiDict((k, v) for k, v in GOOD if k != name)).problem


@pytest.mark.parametrize("name", ["TTL", "Content-Encoding", "Topic", "Urgency"])
def test_field_twice_is_refused(name: str) -> None:
    fields = _with(("Topic", "t"), ("Urgency", "low"))
    fields.add(name, fields[name])
    assert f"The {name} header stands there more than once" in read_fields(fields).problem


def test_enormous_numbers_and_texts_are_cut() -> None:
    fields = read_fields(_with(("TTL", "9" * 5000), ("Urgency", "u" * 5000), ("Topic", "t" * 5000)))
    assert fields.ttl_s == 999_999_999
    assert (len(fields.urgency), len(fields.topic)) == (40, 40)


def test_length_limit_is_exact() -> None:
    check_length(MAX_BODY_BYTES)
    with pytest.raises(RequestRefused) as refused:
        check_length(MAX_BODY_BYTES + 1)
    assert refused.value.status == 413

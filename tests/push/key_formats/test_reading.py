"""Every recorded file is read or refused as recorded; nothing else is ever raised, and nothing tells a private key."""

import base64
import json
import re
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.push.key_formats.samples import GOOD, WRONG, Good, Wrong
from tests.push.key_formats.traces import shows, told_by
from webpush_admin.push.errors import InvalidKeys, PassphraseNeeded
from webpush_admin.push.key_formats import FoundKeys, KeyFormat, read_keys, write_keys
from webpush_admin.push.key_formats.reading import LIMIT_BYTES
from webpush_admin.push.secret import Secret
from webpush_admin.push.subject import normalised_subject
from webpush_admin.push.vapid import VapidKeys, from_base64url, to_base64url

KEYS = VapidKeys.generate()
OTHER = VapidKeys.generate()


def refusal(data: bytes, passphrase: str = "") -> str:
    """Return the sentence of a refusal; a private key of ours is nowhere in it."""
    with pytest.raises(InvalidKeys) as raised:
        read_keys(data, Secret(passphrase))
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    assert not shows(told_by(raised.value), KEYS)
    return str(raised.value)


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)
def test_recorded_pairs_are_read(good: Good) -> None:
    found = read_keys(good.data, good.secret)
    found.keys.check()
    assert (found.keys.public_key, found.form, found.subject) == (good.public_key, good.form, good.subject)
    assert found.keys.private_key not in repr(found)
    assert len(found.keys.private_key) == 43
    if good.passphrase:
        with pytest.raises(PassphraseNeeded, match=r"^The private key is encrypted: give its passphrase\.$"):
            read_keys(good.data)
        with pytest.raises(PassphraseNeeded, match=r"^The passphrase does not open it: try another one\.$"):
            read_keys(good.data, Secret("another one"))
    else:
        # One that was typed for nothing is no harm.
        assert read_keys(good.data, Secret("typed for nothing")) == found


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_what_is_wrong_is_told_in_one_sentence(wrong: Wrong) -> None:
    with pytest.raises(InvalidKeys) as raised:
        read_keys(wrong.data, wrong.secret)
    assert str(raised.value) == wrong.sentence
    assert re.fullmatch(r"[A-Zvpw][^\n]{20,170}\.", wrong.sentence)
    assert not re.search(r"\. [A-Z]", wrong.sentence), "one sentence"


def test_there_are_enough_of_both() -> None:
    assert len(WRONG) >= 50
    assert len({wrong.sentence for wrong in WRONG}) >= 45
    assert sum(bool(good.made_by) for good in GOOD) >= 20


VARIANTS: Final[dict[str, Callable[[bytes], str]]] = {
    "base64url": to_base64url,
    "base64url, padded": lambda data: base64.urlsafe_b64encode(data).decode(),
    "base64": lambda data: base64.b64encode(data).decode(),
    "base64, not padded": lambda data: base64.b64encode(data).decode().rstrip("="),
    "base64 in lines": lambda data: base64.encodebytes(data).decode(),
    "a zero in front": lambda data: to_base64url(b"\0" + data if len(data) == 32 else data),
}


@given(scalar=st.integers(1, 2**255), variant=st.sampled_from(sorted(VARIANTS)), between=st.sampled_from("\n \t,;:"))
def test_every_writing_of_both_halves_is_read_in_any_order(scalar: int, variant: str, between: str) -> None:
    keys = pair_of(scalar)
    private, public = (VARIANTS[variant](from_base64url(half)).strip() for half in (keys.private_key, keys.public_key))
    ends = "\r\n"
    whole = (private, f" {private}{ends}", f'"{private}"')
    in_one_line = () if "\n" in public else (f"{public}{between}{private}", f"{private}{between} {public}{ends}")
    for text in (*whole, *in_one_line):
        assert read_keys(text.encode()).keys == keys


def pair_of(scalar: int) -> VapidKeys:
    return read_keys(to_base64url(scalar.to_bytes(32, "big")).encode()).keys


@given(zeros=st.integers(1, 7), rest=st.binary(min_size=25, max_size=25).filter(lambda data: data[0] > 0))
def test_zeros_that_were_left_out_are_believed_beside_the_public_key_alone(zeros: int, rest: bytes) -> None:
    keys = pair_of(int.from_bytes(rest.rjust(32 - zeros, b"\1"), "big"))
    short = to_base64url(from_base64url(keys.private_key).lstrip(b"\0"))
    assert read_keys(f"VAPID_PUBLIC_KEY={keys.public_key}\nVAPID_PRIVATE_KEY={short}".encode()).keys == keys
    assert read_keys(f"{short}\n{keys.public_key}".encode()).keys == keys
    with pytest.raises(InvalidKeys, match="bytes instead of 32"):
        read_keys(short.encode())
    with pytest.raises(InvalidKeys, match="bytes instead of 32"):
        read_keys(f"VAPID_PRIVATE_KEY={short}".encode())


def test_halves_must_belong_together_however_they_are_written() -> None:
    public = (OTHER.public_key, base64.b64encode(from_base64url(OTHER.public_key)).decode())
    for other in public:
        for text in (
            f"{other}\n{KEYS.private_key}",
            f"VAPID_PUBLIC_KEY={other}\nVAPID_PRIVATE_KEY={KEYS.private_key}",
            # One of two is right: which of them the page uses, nobody knows.
            f"VAPID_PUBLIC_KEY={KEYS.public_key}\nNEXT_PUBLIC_VAPID_PUBLIC_KEY={other}\nVAPID_PRIVATE_KEY={KEYS.private_key}",
            json.dumps({"publicKey": other, "privateKey": KEYS.private_key}),
        ):
            said = refusal(text.encode())
            assert said.startswith("The halves do not belong together")
            assert KEYS.fingerprint in said
            assert OTHER.fingerprint in said


def test_a_damaged_subject_does_not_keep_a_pair_out() -> None:
    for subject in ("", "nobody", "<your address>", "http://example.org"):
        found = read_keys(f"VAPID_PRIVATE_KEY={KEYS.private_key}\nVAPID_SUBJECT={subject}\n".encode())
        assert (found.keys, found.subject) == (KEYS, "")


def test_64_kib_are_read_and_no_more() -> None:
    lines = f"VAPID_PRIVATE_KEY={KEYS.private_key}\n".encode()
    assert read_keys(lines.ljust(LIMIT_BYTES, b"#")).keys == KEYS
    assert refusal(lines.ljust(LIMIT_BYTES + 1, b"#")).startswith("It is larger than 64 KiB")


PEM = write_keys(KEYS, KeyFormat.PEM)
DER = write_keys(KEYS, KeyFormat.DER)
SETTINGS = f"VAPID_PUBLIC_KEY={KEYS.public_key}\nVAPID_PRIVATE_KEY={KEYS.private_key}\nVAPID_SUBJECT=a@b.org\n".encode()
PIECES = (
    st.binary(max_size=120),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(
        [
            PEM,
            DER,
            SETTINGS,
            PEM[:90],
            PEM[40:],
            DER[:50],
            b"-----BEGIN ",
            b"-----END EC PRIVATE KEY-----",
            b"{",
            b'["',
        ],
    ),
    st.sampled_from(
        [b"VAPID_PRIVATE_KEY=", b"private_key: |\n", b"\\n", b"\n", b'"', b"\0", b"\x020\x03", b" => [", b"| "]
    ),
    st.sampled_from(
        [KEYS.private_key.encode(), KEYS.public_key.encode(), b'{"kty":"EC","crv":"P-256","d":', b"0x", b":"]
    ),
)


@given(pieces=st.lists(st.one_of(*PIECES), max_size=7))
def test_whatever_it_is_it_is_read_or_refused(pieces: list[bytes]) -> None:
    check_answer(b"".join(pieces))


@given(good=st.sampled_from(GOOD), at=st.floats(0, 1), byte=st.integers(0, 255), how=st.sampled_from("ocid"))
def test_a_recorded_file_with_a_fault_is_read_or_refused(good: Good, at: float, byte: int, how: str) -> None:
    data = good.data
    place = int(at * (len(data) - 1))
    check_answer(
        {
            "o": data[:place] + bytes([byte]) + data[place + 1 :],
            "c": data[:place],
            "i": data[:place] + bytes([byte]) + data[place:],
            "d": data[place:],
        }[how],
        good.secret,
    )


def check_answer(data: bytes, passphrase: Secret | None = None) -> None:
    """Read bytes; whatever comes of it is a pair or a sentence."""
    try:
        answer: FoundKeys | InvalidKeys = read_keys(data, passphrase or Secret("x"))
    except InvalidKeys as error:
        answer = error
    if isinstance(answer, InvalidKeys):
        assert answer.__context__ is None
        assert not shows(told_by(answer), KEYS)
        assert str(answer).endswith(".")
    else:
        answer.keys.check()
        assert answer.subject == "" or normalised_subject(answer.subject) == answer.subject


HARD = {
    "one word": b"a" * LIMIT_BYTES,
    "words": b"a " * (LIMIT_BYTES // 2),
    "names": b"private_key=" * (LIMIT_BYTES // 12),
    "sections": b"".join(b" " * depth + b"a:\n" for depth in range(340)),
    "begins": b"-----BEGIN " * (LIMIT_BYTES // 11),
    "begun": b"-----BEGIN A-----" * (LIMIT_BYTES // 17),
    "ends": b"END " * (LIMIT_BYTES // 4),
    "hexadecimal": b"aa:" * (LIMIT_BYTES // 3),
    "colons": b"aa :" * (LIMIT_BYTES // 4),
    "slashes": b"/" * LIMIT_BYTES,
    "quotes": b"'" * LIMIT_BYTES,
    "candidates": b"".join(base64.b64encode(bytes([1 + n % 200] * 32)) + b" " for n in range(LIMIT_BYTES // 45)),
    "brackets": b"[" * LIMIT_BYTES,
    "objects": b'{"a":' * (LIMIT_BYTES // 5),
    "a list": json.dumps(["private_key"] * 4000).encode(),
    "a deep object": (b'{"' + b"k" * 100 + b'":') * 500 + b'"x"' + b"}" * 500,
    "dots": b"a." * (LIMIT_BYTES // 2),
    "spaces": b" " * (LIMIT_BYTES - 1) + b"x",
    "a number": b"1" * LIMIT_BYTES,
}


@pytest.mark.parametrize("name", HARD)
def test_what_was_made_to_take_long_is_refused(name: str) -> None:
    # Ends within the patience of whoever runs this: what takes a pattern its length squared takes minutes.
    assert refusal(HARD[name])

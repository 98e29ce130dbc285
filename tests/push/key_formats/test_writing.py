"""Every pair comes back from every format; what cannot be written is refused."""

import json
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.push.key_formats.traces import shows, told_by
from webpush_admin.push.errors import InvalidKeys, PassphraseNeeded
from webpush_admin.push.key_formats import EnvStyle, KeyFormat, read_keys, write_keys
from webpush_admin.push.key_formats.halves import ORDER
from webpush_admin.push.key_formats.writing import ENCRYPTABLE
from webpush_admin.push.secret import NO_SECRET, Secret
from webpush_admin.push.subject import normalised_subject
from webpush_admin.push.vapid import VapidKeys, to_base64url

FORMS: Final = [
    (form, style) for form in KeyFormat for style in EnvStyle if form is KeyFormat.ENV or style is EnvStyle.PLAIN
]
KEYS = VapidKeys.generate()

SCALARS = st.one_of(
    st.integers(1, ORDER - 1),
    st.integers(1, 2**64),
    st.integers(0, 247).map(lambda bits: 1 << bits),
    st.sampled_from([1, 2, ORDER - 1, ORDER - 2, (ORDER - 1) // 2]),
)
PASSPHRASES = st.text(min_size=1, max_size=40).filter(lambda text: len(text.encode("utf-8", "surrogatepass")) < 200)


def pair_of(scalar: int) -> VapidKeys:
    return read_keys(to_base64url(scalar.to_bytes(32, "big")).encode()).keys


@pytest.mark.parametrize(("form", "style"), FORMS, ids=str)
@given(scalar=SCALARS)
def test_every_pair_comes_back(form: KeyFormat, style: EnvStyle, scalar: int) -> None:
    keys = pair_of(scalar)
    written = write_keys(keys, form, style=style)
    found = read_keys(written)
    assert found.keys == keys
    assert len(found.keys.private_key) == 43
    assert form is KeyFormat.DER or written.endswith(b"\n")
    assert form is KeyFormat.DER or written.isascii()


@pytest.mark.parametrize("form", sorted(ENCRYPTABLE, key=str))
@given(scalar=SCALARS, passphrase=PASSPHRASES, other=PASSPHRASES)
def test_every_passphrase_opens_what_it_closed(form: KeyFormat, scalar: int, passphrase: str, other: str) -> None:
    keys = pair_of(scalar)
    written = write_keys(keys, form, passphrase=Secret(passphrase))
    assert read_keys(written, Secret(passphrase)).keys == keys
    with pytest.raises(PassphraseNeeded):
        read_keys(written)
    if other != passphrase:
        with pytest.raises(PassphraseNeeded):
            read_keys(written, Secret(other))


@pytest.mark.parametrize("style", [EnvStyle.PLAIN, EnvStyle.RAILS, EnvStyle.NTFY])
@pytest.mark.parametrize(
    "subject",
    [
        "mailto:ops@example.org",
        "https://example.org/who?a=b&c=d#e",
        "mailto:a'b$c`d#e@example.org",
        "https://example.org/$(x);",
    ],
)
def test_a_subject_goes_along(style: EnvStyle, subject: str) -> None:
    written = write_keys(KEYS, KeyFormat.ENV, subject=subject, style=style)
    found = read_keys(written)
    assert found.keys == KEYS
    # What a shell or YAML might stumble over goes in percent signs, which mean the same.
    assert found.subject.replace("%27", "'").replace("%60", "`") == subject


def test_a_subject_that_is_none_is_in_the_way_of_settings_alone() -> None:
    for form in KeyFormat:
        if form is KeyFormat.ENV:
            with pytest.raises(InvalidKeys, match="subject"):
                write_keys(KEYS, form, subject="mailto:")
        else:
            assert read_keys(write_keys(KEYS, form, subject="mailto:")).keys == KEYS


@given(subject=st.from_regex(r"(mailto:[^\s<>@,:]{1,8}@[^\s<>@,:]{1,8}|https://[^\s<>\"@]{1,12})", fullmatch=True))
def test_no_subject_breaks_the_lines_around_it(subject: str) -> None:
    for style in EnvStyle:
        found = read_keys(write_keys(KEYS, KeyFormat.ENV, subject=subject, style=style))
        assert found.keys == KEYS
        assert not found.subject or normalised_subject(found.subject) == found.subject


def test_what_each_format_is() -> None:
    def lines(form: KeyFormat, style: EnvStyle = EnvStyle.PLAIN) -> list[str]:
        return write_keys(KEYS, form, subject="mailto:ops@example.org", style=style).decode().splitlines()

    public, private = KEYS.public_key, KEYS.private_key
    assert lines(KeyFormat.PEM)[0] == "-----BEGIN EC PRIVATE KEY-----"
    assert lines(KeyFormat.PKCS8)[0] == "-----BEGIN PRIVATE KEY-----"
    assert write_keys(KEYS, KeyFormat.PKCS8, passphrase=Secret("x")).startswith(
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
    )
    assert write_keys(KEYS, KeyFormat.DER)[:1] == b"\x30"
    assert lines(KeyFormat.RAW) == [public, private]
    assert json.loads("\n".join(lines(KeyFormat.JSON))) == {"publicKey": public, "privateKey": private}
    jwk = json.loads("\n".join(lines(KeyFormat.JWK)))
    assert (jwk["kty"], jwk["crv"], jwk["d"], len(jwk["x"]), len(jwk["y"])) == ("EC", "P-256", private, 43, 43)
    assert lines(KeyFormat.ENV) == [
        f"VAPID_PUBLIC_KEY={public}",
        f"VAPID_PRIVATE_KEY={private}",
        "VAPID_SUBJECT=mailto:ops@example.org",
    ]
    assert lines(KeyFormat.ENV, EnvStyle.MASTODON) == [f"VAPID_PRIVATE_KEY={private}", f"VAPID_PUBLIC_KEY={public}"]
    assert lines(KeyFormat.ENV, EnvStyle.RAILS)[:3] == [
        "vapid:",
        f"  public_key: {public}",
        f"  private_key: {private}",
    ]
    assert lines(KeyFormat.ENV, EnvStyle.NTFY)[2] == 'web-push-email-address: "ops@example.org"'
    assert lines(KeyFormat.ENV, EnvStyle.CODER)[1] == f"    ('webpush_vapid_public_key', '{public}'),"


@pytest.mark.parametrize("form", sorted(set(KeyFormat) - ENCRYPTABLE, key=str))
def test_a_passphrase_is_never_left_out_in_silence(form: KeyFormat) -> None:
    with pytest.raises(InvalidKeys, match=r"^Only PKCS#8, in PEM or DER, can be encrypted"):
        write_keys(KEYS, form, passphrase=Secret("x"))


def test_what_cannot_be_written_is_refused_without_a_word_of_the_key() -> None:
    halves = replace(KEYS, public_key=VapidKeys.generate().public_key)
    wrong = [
        (halves, NO_SECRET, "", "does not belong to its private key"),
        (replace(KEYS, private_key=""), NO_SECRET, "", "cannot be read"),
        (KEYS, Secret("x" * 1024), "", r"^The passphrase is too long"),
        (KEYS, NO_SECRET, "nobody", "must be an e-mail address"),
    ]
    for keys, passphrase, subject, said in wrong:
        with pytest.raises(InvalidKeys, match=said) as raised:
            write_keys(keys, KeyFormat.ENV if subject else KeyFormat.PKCS8, passphrase=passphrase, subject=subject)
        assert not shows(told_by(raised.value), KEYS)

"""Lines of settings: `.env`, YAML, TOML, INI, PHP, SQL and its results; and the keys among them.

Runs on: any
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from webpush_admin.push.errors import InvalidKeys
from webpush_admin.push.key_formats.containers import Block
from webpush_admin.push.key_formats.halves import Half, together
from webpush_admin.push.key_formats.names import Role, meaning_of, style_of
from webpush_admin.push.key_formats.records import FoundKeys
from webpush_admin.push.key_formats.values import is_key, read_value
from webpush_admin.push.secret import Secret
from webpush_admin.push.subject import normalised_subject

# Each part is bounded: a long line of letters must not be searched anew from every letter of it.
_NAME: Final = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z_][\w.\-]{0,80}(?: [A-Za-z][\w.\-]{0,40}){0,3})"
    # A remark in parentheses may follow the name.
    r"(?: ?\([^()]{0,40}\))?"
    r"[\"'`”’\])}]{0,3}[ ]{0,200}(?:=>|:=|->|[:=|,\t])"
)
_VALUE_LENGTH: Final = 4096
"""PEM in base64 takes half a kilobyte; what is longer is no key."""
_MOST: Final = 50
"""Settings of one role that are looked at."""
_QUOTES: Final = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "„": "“"}
_RUN: Final = re.compile(r"[^\s,;|)\]}'\"<]+")
# Not two slashes alone: base64 begins with them too.
_COMMENT: Final = re.compile(r"\s*(?:#|//\s|;|-- |<!--)")
_SECTION: Final = re.compile(r"(?P<indent>\s*)(?:- )?[\"'\[]{0,2}(?P<name>[A-Za-z_][\w.\- ]{0,60})[\"'\]]{0,2}\s*")
_OPENS: Final = re.compile(r"(?:=>|[:=])?\s*[\[{(]?\s*(?:[|>][+-]?)?\s*")
_LONE: Final = re.compile(r"\s*[\"'“]?(?P<value>[A-Za-z0-9+/_\-]{20,}={0,2}|\x02\d+\x03)[\"'”,;]{0,2}\s*")
_FROM_ELSEWHERE: Final = re.compile(r"[$%]|\{\{|<%|\w*env\b|process\.|os\.|ENV\[|getenv|!vault|ENC\[", re.IGNORECASE)
_PATH: Final = re.compile(r"(?:~|\.{1,2}|[A-Za-z]:)?[\w.\-]*[/\\].*|[\w.\-]+\.(?:pem|key|der|txt|json|p8)", re.ASCII)

MISSING: Final = "There is a public key in it, but no private key: look where the server keeps its secrets."


@dataclass(frozen=True, slots=True, repr=False)
class Setting:
    """A name and what it is set to."""

    name: str
    value: str


def without_comments(text: str) -> str:
    """Return the lines of a text that are in force."""
    return "\n".join(line for line in text.split("\n") if not _COMMENT.match(line))


def settings_in(text: str) -> Iterator[Setting]:
    """Return what a text without comments sets, names with the sections that they stand in."""
    sections: list[tuple[int, str]] = []
    open_name = ""
    for line in text.split("\n"):
        if not line.strip():
            continue
        lone = _LONE.fullmatch(line)
        if open_name and lone is not None:
            # The value is a line below its name.
            yield Setting(open_name, lone["value"])
            open_name = ""
            continue
        indent = len(line) - len(line.lstrip())
        while sections and sections[-1][0] >= indent:
            sections.pop()
        open_name = ""
        begins = _SECTION.match(line)
        if begins is not None and _OPENS.fullmatch(line, begins.end()) and not line.rstrip().endswith(begins["name"]):
            open_name = ".".join([*(name for _, name in sections), begins["name"]])
            yield Setting(open_name, "")
            # A section in brackets holds until the next one.
            sections.append((indent - 1 if line.lstrip().startswith("[") else indent, begins["name"]))
            continue
        path = "".join(f"{name}." for _, name in sections)
        for found in _NAME.finditer(line):
            yield Setting(path + found["name"], _value_at(line, found.end()))


def _value_at(line: str, start: int) -> str:
    rest = line[start : start + _VALUE_LENGTH].strip()
    rest = rest[1:].lstrip() if rest[:1] in ("(", "[") else rest
    if rest[:1] in _QUOTES:
        return rest[1:].split(_QUOTES[rest[0]], 1)[0].strip()
    run = None if rest.startswith("#") else _RUN.match(rest)
    if run is not None:
        return run[0]
    return "" if rest.startswith(("#", ",", ")")) else rest


def read_settings(settings: Sequence[Setting], blocks: Sequence[Block], passphrase: Secret) -> FoundKeys | None:
    """Return the pair that settings hold, None where they are about no keys.

    Raises:
        InvalidKeys: They hold keys, and no pair that can be used.
        PassphraseNeeded: It is encrypted.
    """
    private = _of_role(settings, Role.PRIVATE, blocks, passphrase)
    # A private key under the public one's name is somebody's mistake, and worth as much.
    named = [*private, *_of_role(settings, Role.PUBLIC, blocks, passphrase)] if private else []
    halves = [half for setting in named if (half := read_value(setting.value, blocks, passphrase)) is not None]
    if not any(half.keys for half in halves):
        return None
    subject = _subject(_of_role(settings, Role.SUBJECT, blocks, passphrase))
    return FoundKeys(together(halves), _form(private, halves), subject)


def _of_role(settings: Sequence[Setting], role: Role, blocks: Sequence[Block], passphrase: Secret) -> list[Setting]:
    """Return the settings of a role: those that say they are of Web Push, else those that are keys by their content."""
    ours: list[Setting] = []
    bare: list[Setting] = []
    for setting in settings:
        meaning = meaning_of(setting.name)
        if meaning is not None and meaning.role is role:
            (ours if meaning.ours else bare).append(setting)
    ours, bare = ours[:_MOST], bare[:_MOST]
    if ours or role is Role.SUBJECT:
        return ours or bare
    return [setting for setting in bare if is_key(setting.value, blocks, passphrase)] or bare


def refuse_settings(settings: Sequence[Setting], blocks: Sequence[Block], passphrase: Secret) -> None:
    """Let settings pass that are about no keys.

    Raises:
        InvalidKeys: They should hold a private key, and do not.
    """
    by_role = {role: _of_role(settings, role, blocks, passphrase) for role in Role}
    private = by_role[Role.PRIVATE]
    ours = [setting for setting in private if (meaning := meaning_of(setting.name)) is not None and meaning.ours]
    for setting in by_role[Role.FILE]:
        if setting.value:
            raise InvalidKeys(f"{_named(setting)} names the file with the private key: import that file instead.")
    has_public = any(is_key(setting.value, blocks, passphrase) for setting in by_role[Role.PUBLIC])
    if not ours and not (private and has_public):
        if has_public:
            raise InvalidKeys(MISSING)
        return
    setting = next((one for one in [*ours, *private] if one.value), (ours or private)[0])
    if is_key(setting.value, blocks, passphrase):
        raise InvalidKeys(f"{_named(setting)} holds a public key: look for the private one.")
    if not setting.value:
        raise InvalidKeys(f"{_named(setting)} is empty: look where the server keeps its secrets.")
    if _FROM_ELSEWHERE.match(setting.value):
        raise InvalidKeys(f"{_named(setting)} is taken from elsewhere when the server starts: look there.")
    if _PATH.fullmatch(setting.value):
        raise InvalidKeys(f"{_named(setting)} names the file with the private key: import that file instead.")
    raise InvalidKeys(f"{_named(setting)} holds no key: it is a placeholder, or was copied in part.")


def _named(setting: Setting) -> str:
    return setting.name.rsplit(".", 1)[-1].removeprefix("export ")


def _form(private: Sequence[Setting], halves: Sequence[Half]) -> str:
    style = style_of(_named(private[0]))
    written = next(half.form for half in halves if half.keys is not None)
    return (
        style
        if written.startswith("base64") and " of " not in written and "," not in written
        else f"{style}: {written}"
    )


def _subject(settings: Sequence[Setting]) -> str:
    for setting in settings:
        try:
            return normalised_subject(setting.value)
        except InvalidKeys:
            continue
    return ""

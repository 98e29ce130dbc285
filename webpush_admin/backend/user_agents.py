"""Reads browser, system and device from user agents, with patterns that are compiled when they are first tried.

The parser's own default compiles all of its 1,300 patterns before the first answer, which the first rows of a table
would wait for.

Runs on: any
"""

from functools import cache, lru_cache
from typing import Final

from ua_parser import BasicResolver, Domain, Parser, PartialResult, load_lazy_builtins

PARSED_CHARACTERS: Final = 512
"""A user agent is parsed with some hundred patterns; a longer one is hostile or useless."""

_PARSER: Final = Parser(BasicResolver(load_lazy_builtins()))
_BROWSER: Final = Domain.USER_AGENT | Domain.OS
"""What a row shows: for a phone the patterns of devices cost more than both others."""


@cache
def warm_up() -> None:
    """Compile what rows need: some hundredths of a second, better spent before the first of them are there."""
    # Patterns are tried one after the other, and no browser is called so.
    _PARSER("-", _BROWSER)


def is_parsed(user_agent: str) -> bool:
    """Whether it is short enough to be asked about."""
    return 0 < len(user_agent) <= PARSED_CHARACTERS


def browser(user_agent: str) -> str:
    """Return browser and system as in "Firefox 141 on Linux", "" where neither is known."""
    # Asked before the cache, which would keep a long one.
    return _browser(user_agent) if is_parsed(user_agent) else ""


def parse_all(user_agent: str) -> PartialResult:
    """Return browser, system and device."""
    return _PARSER(user_agent, Domain.ALL)


@lru_cache(maxsize=4096)
def _browser(user_agent: str) -> str:
    parsed = _PARSER(user_agent, _BROWSER)
    agent, system = parsed.user_agent, parsed.os
    name = " ".join(part for part in (agent.family, agent.major) if part) if agent else ""
    if name and system:
        return f"{name} on {system.family}"
    return name or (system.family if system else "")

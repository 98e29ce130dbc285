import pytest

from webpush_admin.backend import user_agents
from webpush_admin.backend.demo import BROWSERS
from webpush_admin.backend.user_agents import browser, is_parsed, parse_all


def test_browser_and_system_are_read() -> None:
    assert [browser(agent) for agent in BROWSERS] == [
        "Chrome 141 on Windows",
        "Edge 141 on Windows",
        "Chrome Mobile 141 on Android",
        "Safari 18 on Mac OS X",
        "Mobile Safari 18 on iOS",
        "Firefox 144 on Linux",
    ]


def test_the_patterns_are_those_of_the_whole_parser() -> None:
    from ua_parser import parse

    for agent in BROWSERS:
        assert parse_all(agent).complete() == parse(agent)


def test_a_row_does_not_ask_for_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    user_agents._browser.cache_clear()
    monkeypatch.setattr(user_agents._PARSER.resolver, "device_matchers", [pytest.fail])
    assert browser(BROWSERS[2]) == "Chrome Mobile 141 on Android"


def test_a_huge_user_agent_is_neither_parsed_nor_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    user_agents._browser.cache_clear()
    monkeypatch.setattr(user_agents, "_PARSER", pytest.fail)
    huge = BROWSERS[0] * 10_000
    assert len(huge) > 1_000_000
    assert not is_parsed(huge)
    assert browser(huge) == ""
    assert user_agents._browser.cache_info().currsize == 0

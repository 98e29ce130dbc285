"""What tests of `webpush-admin send` share: its arguments, and the one sentence that it refuses with.

Runs on: any
"""

import re

import pytest

from tests.backend.desk import Town


def arguments(town: Town, *more: str) -> list[str]:
    usual = ["--database", town.url, "--subject", "mailto:ops@example.org", "--allow-loopback", str(town.sandbox.port)]
    return ["send", *usual, *more]


def sentence(capsys: pytest.CaptureFixture[str]) -> str:
    printed = capsys.readouterr()
    assert printed.out == ""
    assert re.fullmatch(r"webpush-admin: [^\n]+\.\n", printed.err), printed.err
    return printed.err

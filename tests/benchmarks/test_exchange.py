import json

import pytest

from benchmarks.exchange import main


def test_a_database_as_it_looks_after_years_makes_the_round_trip(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # How long the machine alone lets a thread wait is nothing that a test looks at.
    monkeypatch.setattr("benchmarks.exchange._IDLE_S", 0.05)
    assert main(["--rows", "3000"]) == 0
    told = json.loads(capsys.readouterr().out)
    for made in told["formats"].values():
        assert (made["lost"], made["invented"]) == (0, 0)
        # Two in a hundred are damaged on purpose.
        assert made["added"] + made["refused"] == 3000
        assert 0 < made["refused"] < 60

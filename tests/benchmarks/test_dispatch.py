import json
import shutil

import pytest

from benchmarks import dispatch
from benchmarks.dispatch import OURS, PARSED, THEIRS
from benchmarks.fresh_process import MeasurementFailed
from benchmarks.round import Timing


def test_all_three_send_and_the_sink_confirms_it(nginx: str) -> None:
    found = dispatch.compare(pushes=40, rounds=1, subscriptions_each=10, subscriptions=20)
    json.dumps(found)
    # Sent in the warm-up and again while the clock ran; the dispatcher in whole users.
    arrived = found["arrived"]
    assert isinstance(arrived, dict)
    assert arrived["HTTP/1.1"] == 2 * 2 * 40
    assert arrived["HTTP/2.0"] >= 2 * 40
    assert found["users"] == 2
    for client in (OURS, THEIRS, PARSED):
        figures = found[client.name]
        assert isinstance(figures, dict)
        assert figures["pushes_per_s"] > 0
        assert figures["cpu_s_per_1000"] > 0
        assert len(figures["pushes_per_s_by_round"]) == 1


def test_without_nginx_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    assert dispatch.main([]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "nginx-light" in printed.err
    assert len(printed.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arrived",
    [{"HTTP/2.0": 9, "HTTP/1.1": 20}, {"HTTP/1.1": 30}, {"HTTP/2.0": 10, "HTTP/1.1": 20, "HTTP/1.0": 1}],
    ids=["too few", "another protocol", "one more protocol"],
)
def test_a_client_is_not_believed_without_the_sink(arrived: dict[str, int]) -> None:
    timings = {client: [Timing(10, 1.0, 1.0)] for client in (OURS, THEIRS, PARSED)}
    with pytest.raises(MeasurementFailed):
        dispatch._check(timings, arrived)
    dispatch._check(timings, {"HTTP/2.0": 10, "HTTP/1.1": 20})

import shutil
import ssl
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from benchmarks.nginx_sink import NginxFailed, NginxMissing, NginxSink


def post(sink: NginxSink, body: bytes) -> int:
    trusted = ssl.create_default_context(cafile=sink.certificates.authority)
    request = urllib.request.Request(f"{sink.origin}/somebody", data=body)
    with urllib.request.urlopen(request, context=trusted, timeout=10) as answer:
        status: int = answer.status
    return status


def test_every_post_is_answered_201_and_counted(nginx: str, tmp_path: Path) -> None:
    with NginxSink(tmp_path) as sink:
        assert [post(sink, b"x" * 300) for _ in range(3)] == [201, 201, 201]
    assert sink.arrived() == {"HTTP/1.1": 3}


def test_one_that_takes_its_time_reads_the_body_and_answers_as_well(nginx: str, tmp_path: Path) -> None:
    with NginxSink(tmp_path, delay_ms=50) as sink:
        assert "echo_sleep 0.05;" in (tmp_path / "nginx.conf").read_text()
        assert post(sink, b"x" * 3000) == 201
        assert sink.cpu_s >= 0
    assert int((tmp_path / "arrived.log").read_text().split()[-1]) > 3000


def test_the_body_is_read(nginx: str, tmp_path: Path) -> None:
    with NginxSink(tmp_path) as sink:
        post(sink, b"x" * 3000)
    assert int((tmp_path / "arrived.log").read_text().split()[-1]) > 3000


def test_only_its_own_authority_vouches_for_it(sink: NginxSink) -> None:
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(sink.origin, context=ssl.create_default_context(), timeout=10)


def test_it_ends_with_its_block(nginx: str, tmp_path: Path) -> None:
    with NginxSink(tmp_path) as sink:
        pass
    with pytest.raises(urllib.error.URLError, match="refused"):
        post(sink, b"")


def test_what_nginx_says_is_told_where_it_does_not_start(nginx: str, tmp_path: Path) -> None:
    sink = NginxSink(tmp_path)
    sink.certificates.private_key.write_text("no key")
    with pytest.raises(NginxFailed, match=r"server-key\.pem"), sink:
        pass


def test_where_there_is_no_nginx_the_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(NginxMissing, match=r"^nginx .* the Debian package nginx-light .*\.$"):
        NginxSink(tmp_path)

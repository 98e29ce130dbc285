"""Whether a display answers is asked of real sockets."""

import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from webpush_admin import display
from webpush_admin.display import NO_ANSWER, NOT_SET, display_problem

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asked on Linux only")


@pytest.fixture(autouse=True)
def _no_display(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(display, "_X_SOCKETS", str(tmp_path))


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.socket(socket.AF_UNIX)) as made:
        yield made


def serve(listener: socket.socket, address: str) -> None:
    listener.bind(address)
    listener.listen()


def tcp_listener(family: socket.AddressFamily, host: str) -> tuple[socket.socket, int]:
    """Return a server on a port above 6000, and its number as a display."""
    while True:
        made = socket.create_server((host, 0), family=family)
        number = made.getsockname()[1] - 6000
        if number >= 0:
            return made, number
        made.close()


def test_no_display_is_told() -> None:
    assert display_problem().startswith(NOT_SET)


@pytest.mark.parametrize(
    "name",
    [":7", "unix:7", ":7.1", "localhost/unix:7", "nonsense", ":", ":-1", ":x", ":²", ":99999999", "localhost:70000"],
)
def test_a_display_that_nobody_serves_is_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("DISPLAY", name)
    assert display_problem().startswith(NO_ANSWER)


@pytest.mark.parametrize("name", [":7", "unix:7", ":7.1"])
@pytest.mark.parametrize("abstract", [False, True])
def test_a_local_x_server_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, listener: socket.socket, name: str, abstract: bool
) -> None:
    monkeypatch.setenv("DISPLAY", name)
    serve(listener, "\0" * abstract + f"{tmp_path}/X7")
    assert display_problem() == ""


def test_a_socket_whose_server_has_ended_is_no_display(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, listener: socket.socket
) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    serve(listener, f"{tmp_path}/X7")
    listener.close()
    assert (tmp_path / "X7").exists()
    assert display_problem().startswith(NO_ANSWER)


@pytest.mark.parametrize(
    ("family", "host", "form"),
    [
        (socket.AF_INET, "127.0.0.1", "127.0.0.1:{}.0"),
        (socket.AF_INET, "127.0.0.1", "tcp/127.0.0.1:{}"),
        (socket.AF_INET6, "::1", "[::1]:{}"),
    ],
)
def test_an_x_server_behind_a_host_is_found(
    monkeypatch: pytest.MonkeyPatch, family: socket.AddressFamily, host: str, form: str
) -> None:
    try:
        server, number = tcp_listener(family, host)
    except OSError:
        pytest.skip("no such addresses here")
    monkeypatch.setenv("DISPLAY", form.format(number))
    with closing(server):
        assert display_problem() == ""
    assert display_problem().startswith(NO_ANSWER)


def test_a_wayland_compositor_is_found_by_name_and_by_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, listener: socket.socket
) -> None:
    serve(listener, f"{tmp_path}/wayland-3")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-3")
    assert display_problem().startswith(NO_ANSWER), "without XDG_RUNTIME_DIR nobody knows where"
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert display_problem() == ""
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-4")
    assert display_problem().startswith(NO_ANSWER)
    monkeypatch.setenv("WAYLAND_DISPLAY", f"{tmp_path}/wayland-3")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert display_problem() == ""


def test_one_of_two_that_answers_is_enough(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, listener: socket.socket
) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setenv("WAYLAND_DISPLAY", f"{tmp_path}/wayland-3")
    assert display_problem().startswith(NO_ANSWER)
    serve(listener, f"{tmp_path}/wayland-3")
    assert display_problem() == ""


@pytest.mark.parametrize(("platform", "needed"), [("offscreen", False), ("minimal", False), ("xcb", True)])
def test_only_platforms_with_a_screen_need_a_display(
    monkeypatch: pytest.MonkeyPatch, platform: str, needed: bool
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert bool(display_problem()) == needed


def test_an_open_wayland_connection_is_left_to_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_SOCKET", "9")
    assert display_problem() == ""

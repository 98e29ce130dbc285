"""The child as its parent holds it: starts, is asked, ends, and never stays behind."""

import errno
import gc
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import webpush_admin
from tests.sandbox.sender import Sender
from webpush_admin.push.errors import PushError
from webpush_admin.sandbox import process
from webpush_admin.sandbox.process import Sandbox, SandboxError
from webpush_admin.sandbox.records import SandboxCounts, Temper

ROOT = Path(webpush_admin.__file__).parent.parent


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return error.errno == errno.ESRCH
    return False


def test_start_ask_close() -> None:
    others = set(threading.enumerate())
    sandbox = Sandbox.start()
    assert sandbox.origin == f"http://127.0.0.1:{sandbox.port}"
    assert sandbox.counts() == SandboxCounts()
    assert sandbox.endpoints() == ()
    assert sandbox.inbox() == ()
    sandbox.close()
    assert _gone(sandbox.pid), "not even a zombie stays"
    assert set(threading.enumerate()) <= others, "not even the thread that read its replies"
    sandbox.close()
    with pytest.raises(SandboxError, match="has been closed"):
        sandbox.counts()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", sandbox.port), timeout=5)
    del sandbox
    gc.collect()


def test_listens_on_loopback_only(sandbox: Sandbox) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: asks the system which of its addresses it would use.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no other address")
        address = probe.getsockname()[0]
    with pytest.raises(OSError):  # refused or unreachable, as the system likes
        socket.create_connection((address, sandbox.port), timeout=5)


def test_subscriptions_differ_in_everything(sandbox: Sandbox) -> None:
    made = sandbox.create_subscriptions([Temper.CREATED] * 1100)
    for values in ({s.endpoint for s in made}, {s.p256dh for s in made}, {s.auth for s in made}):
        assert len(values) == 1100
    assert all(s.endpoint.startswith(f"{sandbox.origin}/push/") for s in made)
    assert {(len(s.endpoint.rsplit("/", 1)[1]), len(s.p256dh), len(s.auth)) for s in made} == {(43, 87, 22)}
    assert [known.endpoint for known in sandbox.endpoints()][-1100:] == [s.endpoint for s in made]
    assert made[0].endpoint not in repr(made[0])
    assert made[0].auth not in repr(made[0])
    assert made[0].endpoint not in repr(sandbox.endpoints()[-1100])


def test_tempers_keep_their_order(sandbox: Sandbox) -> None:
    assert [made.temper for made in sandbox.create_subscriptions(list(Temper))] == list(Temper)
    assert sandbox.create_subscriptions([]) == ()


@pytest.mark.parametrize("key", ["", "no key", "B" * 87, "====", "\u00fc"])
def test_unusable_application_server_key_is_refused_and_nothing_is_made(sandbox: Sandbox, key: str) -> None:
    before = sandbox.endpoints()
    with pytest.raises(SandboxError, match="cannot use"):
        sandbox.create_subscriptions([Temper.CREATED], application_server_key=key)
    assert sandbox.endpoints() == before


def test_unknown_endpoint_has_no_temper_and_the_others_keep_theirs(sandbox: Sandbox) -> None:
    made = sandbox.create_subscriptions([Temper.CREATED])[0]
    with pytest.raises(SandboxError, match="no such endpoint"):
        sandbox.set_temper([made.endpoint, "https://push.example.net/x"], Temper.GONE)
    assert sandbox.endpoints()[-1].temper is Temper.CREATED


def test_thousands_of_tempers_change_at_once(sandbox: Sandbox) -> None:
    made = sandbox.create_subscriptions([Temper.CREATED] * 1100)
    sandbox.set_temper([s.endpoint for s in made], Temper.GONE)
    assert {known.temper for known in sandbox.endpoints()[-1100:]} == {Temper.GONE}


def test_many_threads_may_ask(sandbox: Sandbox) -> None:
    made: list[str] = []
    problems: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(20):
                made.extend(s.endpoint for s in sandbox.create_subscriptions([Temper.GONE, Temper.SLOW]))
                sandbox.counts()
        except SandboxError as error:
            problems.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(set(made)) == 320


def test_slow_answer_does_not_delay_the_end(sender: Sender) -> None:
    with Sandbox.start() as sandbox:
        slow = sandbox.create_subscriptions([Temper.SLOW])[0]
        push = sender.push(slow)
        told: list[str] = []

        def send() -> None:
            try:
                push.send()
            except OSError as error:
                told.append(type(error).__name__)

        thread = threading.Thread(target=send)
        thread.start()
        while not sandbox.counts().decrypted:  # each turn waits for an answer of the child
            pass
    assert _gone(sandbox.pid)
    thread.join()
    assert len(told) == 1, "the connection was closed without an answer"


def test_child_that_was_killed_is_told_in_a_sentence() -> None:
    with Sandbox.start() as sandbox:
        os.kill(sandbox.pid, signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(
                PushError, match=r"^The sandbox push service has ended unexpectedly \(exit status -9\)\.$"
            ):
                sandbox.counts()
        assert _gone(sandbox.pid)


def test_child_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "REPLY_DEADLINE_S", 0.05)
    with Sandbox.start() as sandbox:
        os.kill(sandbox.pid, signal.SIGSTOP)
        with pytest.raises(SandboxError, match="did not answer"):
            sandbox.counts()
        assert _gone(sandbox.pid)
        with pytest.raises(SandboxError, match="ended unexpectedly"):
            sandbox.counts()


def test_close_frees_whoever_waits_for_an_answer() -> None:
    sandbox = Sandbox.start()
    os.kill(sandbox.pid, signal.SIGSTOP)
    asking = threading.Event()
    told: list[str] = []

    def ask() -> None:
        asking.set()
        try:
            sandbox.counts()
        except SandboxError as error:
            told.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    asking.wait()
    sandbox.close()
    thread.join()
    assert told == ["The sandbox push service has been closed."]
    assert _gone(sandbox.pid)


def test_interpreter_that_is_missing_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(SandboxError, match=r"^The sandbox push service cannot be started: .+\.$"):
        Sandbox.start()


def test_installation_that_is_broken_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    warning = "import warnings; warnings.warn('told, and no error in the child', DeprecationWarning)"
    (tmp_path / "aiohttp.py").write_text(f"{warning}\nraise ImportError('no libnothing.so')\n")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(SandboxError, match=r"^The sandbox push service cannot start: no libnothing.so\.$"):
        Sandbox.start()


def test_noise_instead_of_an_answer_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    noisy = tmp_path / "python"
    noisy.write_text("#!/bin/sh\necho hello\nexec cat\n")
    noisy.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(noisy))
    with pytest.raises(SandboxError, match="cannot be read"):
        Sandbox.start()


def test_directory_and_warnings_of_the_parent_do_not_matter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "aiohttp.py").write_text("raise SystemExit('not me')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(ROOT), *(entry for entry in sys.path if entry)])
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("PYTHONDEVMODE", "1")
    with Sandbox.start() as sandbox:
        assert sandbox.counts() == SandboxCounts()


def test_judge_shares_no_cryptographic_code_with_the_judged() -> None:
    code = "import sys, webpush_admin.sandbox.server, webpush_admin.sandbox.process; print(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).split())
    assert "webpush_admin.sandbox.decrypt" in loaded
    assert not loaded & {"http_ece", "py_vapid", "pywebpush", "pycurl", "sqlalchemy"}
    assert {name for name in loaded if name.startswith("webpush_admin.push.")} == {"webpush_admin.push.errors"}


PARENT = """
import sys
from webpush_admin.sandbox.process import Sandbox
loaded = [name for name in ("aiohttp", "asyncio", "cryptography", "pywebpush") if name in sys.modules]
sandbox = Sandbox.start()
print(sandbox.pid, sandbox.port, *loaded, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits on a descriptor of the process")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, None])
def test_child_ends_with_its_parent(end: signal.Signals | None) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    pid, port, *loaded = parent.stdout.readline().split()
    assert loaded == [], "the parent's side is light"
    child = os.pidfd_open(int(pid))
    with socket.create_connection(("127.0.0.1", int(port)), timeout=20) as connection:
        if end is None:
            parent.stdin.close()
        else:
            parent.send_signal(end)
        parent.wait(20)
        assert connection.recv(1) == b"", "the child has let go of its connections"
    try:
        assert select.select([child], [], [], 20)[0], "a descriptor of a process is ready when it has ended"
    finally:
        os.close(child)
    parent.stdin.close()
    parent.stdout.close()

"""A push service that costs next to nothing: nginx on loopback with TLS, which takes every POST and answers 201.

It runs as a child in the foreground, as one process and without root, in a folder of its own, and ends with the
`with` block.

Runs on: any
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import threading
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from benchmarks.certificates import CertificateFiles, make_certificates

PACKAGE: Final = "nginx-light"
ECHO_MODULE: Final = "ngx_http_echo_module.so"
"""Reads bodies; the package depends on it."""

MISSING: Final = (
    "nginx with its echo module, which takes the pushes of this benchmark, is missing: "
    f"install the Debian package {PACKAGE} (apt-get install {PACKAGE})."
)
END_DEADLINE_S: Final = 5.0
HOST: Final = "127.0.0.1"

# Without echo_read_request_body nginx would answer before the body came, and reset the stream on HTTP/2.
# The log is how the sink tells afterwards what really arrived, and over which protocol; it is written in large blocks.
# With lingering_close a request is logged when its client has closed, which the end of the sink may come before.
_CONFIGURATION: Final = """
load_module {echo_module};
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr notice;
events {{
    worker_connections 1024;
}}
http {{
    log_format arrived '$server_protocol $request_method $status $request_length';
    access_log {folder}/arrived.log arrived buffer=256k;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/unused;
    fastcgi_temp_path {folder}/unused;
    uwsgi_temp_path {folder}/unused;
    scgi_temp_path {folder}/unused;
    server_tokens off;
    tcp_nodelay on;
    keepalive_timeout 300s;
    keepalive_requests 1000000;
    lingering_close off;
    http2_max_concurrent_streams 256;
    server {{
        listen {host}:{port} ssl http2 backlog=1024;
        ssl_certificate {certificate};
        ssl_certificate_key {private_key};
        ssl_protocols TLSv1.2 TLSv1.3;
        location / {{
            echo_read_request_body;
            {pause}
            echo_exec @created;
        }}
        location @created {{
            return 201;
        }}
    }}
}}
"""


class NginxMissing(Exception):
    """There is no nginx on this machine; the text is a sentence that names the package."""


class NginxFailed(Exception):
    """It could not be started; the text is what it said."""


def find_nginx() -> str:
    """Return the path of the program.

    Raises:
        NginxMissing: See there.
    """
    # Debian keeps it where ordinary users do not look.
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise NginxMissing(MISSING)
    return found


class NginxSink:
    """A running sink. Use it with `with`.

    Args:
        folder: Empty, the sink's own; whoever made it removes it.
        delay_ms: It answers so long after it has the body, as a service far away does; nothing else waits for that.

    Attributes:
        origin: Scheme, host and port.
        certificates: `certificates.authority` is what a client must trust.

    Raises:
        NginxMissing: See there.
        NginxFailed: On entering.
    """

    def __init__(self, folder: Path, *, delay_ms: int = 0) -> None:
        self._delay_ms = delay_ms
        self._program = find_nginx()
        self._echo_module = _find_echo_module(self._program)
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._messages: threading.Thread | None = None
        self.certificates: CertificateFiles = make_certificates(folder)
        self.origin = ""
        self._port = 0

    @property
    def version(self) -> str:
        """As the program tells it."""
        told = subprocess.run([self._program, "-v"], capture_output=True, text=True, check=True)
        return told.stderr.strip().rpartition("/")[2]

    def __enter__(self) -> Self:
        port = self._port = _free_port()
        configuration = self._folder / "nginx.conf"
        configuration.write_text(
            _CONFIGURATION.format(
                folder=self._folder,
                echo_module=self._echo_module,
                host=HOST,
                port=port,
                certificate=self.certificates.certificate,
                private_key=self.certificates.private_key,
                pause=f"echo_sleep {self._delay_ms / 1000};" if self._delay_ms else "",
            )
        )
        command = [self._program, "-e", "stderr", "-p", str(self._folder), "-c", str(configuration)]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        said = _until_listening(self._process.stderr)
        if said is not None:
            self._process.wait(END_DEADLINE_S)
            self._process.stderr.close()
            raise NginxFailed(f"nginx could not be started: {said}")
        # A pipe that nobody reads would one day hold it up.
        self._messages = threading.Thread(target=self._process.stderr.read, name="nginx-messages", daemon=True)
        self._messages.start()
        self.origin = f"https://{HOST}:{port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        # A signal that comes just before it waits for the next event is seen with that event only.
        with contextlib.suppress(OSError):
            socket.create_connection((HOST, self._port), END_DEADLINE_S).close()
        try:
            self._process.wait(END_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._messages is not None:
            self._messages.join()
        assert self._process.stderr is not None
        self._process.stderr.close()

    @property
    def cpu_s(self) -> float:
        """Seconds of processor that it has taken, 0 where the system does not tell: it must not be what is measured."""
        assert self._process is not None
        told = Path(f"/proc/{self._process.pid}/stat")
        if not told.exists():
            return 0.0
        # Behind the name, which may hold anything, the state is field 3; user and system time are 14 and 15.
        fields = told.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def arrived(self) -> dict[str, int]:
        """Return how many POSTs were answered 201, by protocol ("HTTP/2.0"); complete once the sink has ended."""
        log = self._folder / "arrived.log"
        counts: Counter[str] = Counter()
        for line in log.read_text("ascii").splitlines():
            protocol, method, status, _bytes = line.split()
            if (method, status) == ("POST", "201"):
                counts[protocol] += 1
        return dict(counts)


def _find_echo_module(program: str) -> Path:
    told = subprocess.run([program, "-V"], capture_output=True, text=True, check=True)
    folder = re.search(r"--modules-path=(\S+)", told.stderr)
    module = Path(folder[1] if folder else "") / ECHO_MODULE
    if not module.is_file():
        raise NginxMissing(MISSING)
    return module


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _until_listening(messages: IO[str]) -> str | None:
    """Read what nginx says until it listens; None where it does, else everything that it said before it ended."""
    said = []
    for line in messages:
        # It says so when its sockets are open.
        if "event method" in line:
            return None
        said.append(line)
    return "".join(said).strip() or "nginx ended without a word."

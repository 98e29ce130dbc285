"""The sandbox push service as a process of its own: serves on loopback until its standard input ends.

Runs on: child process
"""

import os
import signal
import sys
from typing import Final

NICENESS: Final = 10


def main() -> None:
    """Serve; return when the parent has closed the pipe, or died."""
    # Ctrl-C in a terminal reaches the whole group: the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        # It has time: the window and the dispatcher that are watched with it come first.
        os.nice(NICENESS)
    requests, replies = sys.stdin.fileno(), os.dup(sys.stdout.fileno())
    # Standard output carries replies only: whatever a library prints must not get in between.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        # Here, so that a broken installation is told to the parent in words.
        from webpush_admin.sandbox.server import serve
    except ImportError as error:
        from webpush_admin.sandbox.wire import to_line

        os.write(replies, to_line({"problem": f"The sandbox push service cannot start: {error}."}))
        return
    serve(requests, replies)


if __name__ == "__main__":
    main()

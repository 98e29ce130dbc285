"""Makes a process with a busy worker kind to its GUI thread.

Runs on: worker loop
"""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from webpush_admin.backend.backend import Backend
    from webpush_admin.backend.records import BackendEvent
    from webpush_admin.push.events import Event

NICENESS: Final = 10
SWITCH_S: Final = 0.0005


def give_way(thread_id: int) -> None:
    """Let the interpreter and the system prefer the GUI thread to the thread with this native id.

    The threads that it starts inherit what the system is told.
    """
    import os

    # A shorter switch interval lets the GUI thread in sooner while the worker computes.
    sys.setswitchinterval(SWITCH_S)
    if sys.platform.startswith("linux"):
        # On Linux a thread has a priority of its own; elsewhere this would be the whole process.
        os.setpriority(os.PRIO_PROCESS, thread_id, NICENESS)


def spare_collections() -> None:
    """Let the garbage collector pass over what stays for ever, and look through the old less often.

    A full collection stops every thread, the GUI's too, for as long as it takes to visit all that lives: with the
    modules loaded and tens of thousands of events in the lists that is several frames.
    """
    import gc

    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 10, 50)


def kind_backend(emit: "Callable[[Event | BackendEvent], None]", thread_id: int) -> "Backend":
    """Return a backend for the thread with this native id, which gives way from now on.

    Its modules are imported here: they take longer than the first paint may.
    """
    give_way(thread_id)
    from webpush_admin.backend.backend import Backend

    spare_collections()
    return Backend(emit)

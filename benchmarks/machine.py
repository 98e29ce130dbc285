"""What the figures were measured with: the machine and the versions of what takes part.

Runs on: any
"""

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version

from webpush_admin import __version__


def described(packages: Iterable[str]) -> dict[str, object]:
    """Return the system, the processors and how busy they were, and the versions of Python, this package and others."""
    versions = {"python": platform.python_version(), "webpush-admin": __version__}
    versions |= {package: version(package) for package in packages}
    return {
        "system": platform.platform(),
        "processors": os.cpu_count(),
        # Of the last five minutes, our own work in it: a busy machine makes figures that mean little.
        "load_average": round(os.getloadavg()[1], 2),
        "versions": versions,
    }

"""The real window on the demo, as the tests of the window have it.

Runs on: GUI thread
"""

from tests.gui.conftest import _lists_follow_at_once, _no_key_is_held, context, demo, theme, window

__all__ = ["_lists_follow_at_once", "_no_key_is_held", "context", "demo", "theme", "window"]

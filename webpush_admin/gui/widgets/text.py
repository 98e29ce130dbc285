"""The door to `gui.text` for views and dialogs; models import it directly, since they lie below the widgets.

Runs on: any
"""

from webpush_admin.gui.text import display_text, plain_tooltip

__all__ = ["display_text", "plain_tooltip"]

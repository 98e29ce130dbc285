"""Looks at what is written: the message that it is or why it is none, its size, the checks and the preview.

Runs on: GUI thread
"""

from dataclasses import replace

from webpush_admin.gui.context import Context
from webpush_admin.gui.models.draft import Draft, message_of
from webpush_admin.gui.models.preview import shown_of
from webpush_admin.gui.models.ttl import read_ttl
from webpush_admin.gui.views.send.composer import Composer
from webpush_admin.push.errors import InvalidMessage
from webpush_admin.push.lint import lint, lint_topic
from webpush_admin.push.message import Message
from webpush_admin.push.services import SERVICES


class Judge:
    """Shows what it finds where it belongs.

    Attributes:
        message: What would be sent, None where it cannot be.
        problem: Why it cannot be sent, as a sentence; "" where it can.
    """

    def __init__(self, context: Context, composer: Composer) -> None:
        self._context = context
        self._composer = composer
        self.message: Message | None = None
        self.problem = ""

    def look(self) -> None:
        """Look at every field again."""
        draft = self._composer.form.draft()
        self._show_header_problems(draft)
        footer = self._composer.footer
        try:
            # What is wrong with TTL and topic stands under them.
            footer.show_size(len(message_of(replace(draft, ttl="60 s", topic="")).payload()))
            footer.show_problem("")
        except InvalidMessage as error:
            footer.show_size(None)
            footer.show_problem(str(error))
        self.message, self.problem = None, ""
        try:
            self.message = message_of(draft)
        except InvalidMessage as error:
            self.problem = str(error)
        self._show_checks()
        self._composer.preview.show_message(shown_of(draft))

    def _show_header_problems(self, draft: Draft) -> None:
        delivery = self._composer.form.delivery
        try:
            read_ttl(draft.ttl)
            delivery.show_ttl_problem(None)
        except InvalidMessage as error:
            delivery.show_ttl_problem(error)
        delivery.show_topic(lint_topic(draft.topic.strip(), SERVICES))

    def _show_checks(self) -> None:
        database = self._context.database
        # The demo's subject is nobody's, and leads nowhere.
        subject = database.subject if database and not database.demo else ""
        found = lint(self.message, subject, SERVICES) if self.message else ()
        # What is wrong with the topic stands under its field.
        self._composer.show_findings([finding for finding in found if finding.field != "topic"])

"""The three parts of an inspected delivery: what it means, the request as it went out, the answer.

Runs on: GUI thread
"""

from typing import Final

from PySide6.QtWidgets import QWidget

from webpush_admin.gui.models import inspector as words
from webpush_admin.gui.models.deliveries import row_text
from webpush_admin.gui.models.outcomes import outcome_tip
from webpush_admin.gui.models.sends import send_name
from webpush_admin.gui.widgets.fields import Fields, Value
from webpush_admin.push.answer import SentRequest
from webpush_admin.push.diagnosis import diagnosis_called
from webpush_admin.store.history_rows import DeliveryDetail, DeliveryRow, SendRow

CLAIMS: Final = 6
"""Shown of a token; ours has three."""


class Page(Fields):
    """Fields that are hidden while there is nothing in them."""

    def show_text(self, value: Value, text: str) -> None:
        """Show a text that may be hostile, "" for nothing."""
        value.show_broken(text)
        self.show_field(value, bool(text))


class DiagnosisPage(Page):
    """Why a service answers so, what to do, and where that is known from."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, name="diagnosis")
        self.cause = self.add_whole("cause", self.tr("Why"))
        self.remedy = self.add_whole("remedy", self.tr("What to do"))
        self.reason = self.add_whole("reason", self.tr("What happened"))
        self.row_state = self.add_whole("row_state", self.tr("The row"))
        self.source = self.add_whole("source", self.tr("Known from"), tone="muted")
        self.rule = self.add_whole("rule", self.tr("Rule"), tone="mono-muted")
        self.send = self.add_whole("send", self.tr("Send"))
        self.number = self.add("number", self.tr("Delivery"), tone="mono")
        self.subscription = self.add("subscription", self.tr("Subscription"), tone="mono", beside=True)

    def show_row(self, row: DeliveryRow) -> None:
        """Show what the row alone tells."""
        diagnosis = diagnosis_called(row.rule)
        # The head has said it already.
        said = words.meaning(row)
        cause = diagnosis.cause if diagnosis is not None else outcome_tip(row.outcome)
        state = outcome_tip(row.outcome, pruned=row.pruned, held=row.held) if row_text(row) else ""
        for value, text in (
            (self.cause, cause if cause != said else ""),
            (self.remedy, diagnosis.remedy if diagnosis is not None else ""),
            (self.reason, row.reason if row.reason != said else ""),
            (self.row_state, state),
            (self.source, diagnosis.source if diagnosis is not None else ""),
            (self.rule, row.rule),
            (self.send, "…"),
            (self.number, str(row.number)),
            (self.subscription, "" if row.subscription_id is None else str(row.subscription_id)),
        ):
            self.show_text(value, text)

    def show_send(self, send: SendRow) -> None:
        """Show to which send it belongs."""
        self.show_text(self.send, send_name(send))


class RequestPage(Page):
    """Method, masked URL and headers in order; sizes; the token decoded; the key. Secrets are struck."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, name="request")
        self.sent = self.add_whole("sent", self.tr("Request"), tone="mono")
        self.sizes = self.add_whole("sizes", self.tr("Sizes"))
        self.jwt_header = self.add_whole("jwt_header", self.tr("Header of the token"), tone="mono")
        self.claims: list[tuple[Value, Value]] = []
        for number in range(CLAIMS):
            title = self.tr("Claims of the token")
            value = self.add_whole(f"claim_{number}", title, tone="mono", captioned=number == 0)
            judged = self.add_whole(f"judged_{number}", self.tr("What the claim means"), captioned=False)
            self.claims.append((value, judged))
        self.key = self.add_whole("key", self.tr("Key"), tone="mono")

    def show_instead(self, text: str) -> None:
        """Say why there is no request."""
        self.show_text(self.sent, text)
        for value in (self.sizes, self.jwt_header, self.key, *(part for claim in self.claims for part in claim)):
            self.show_text(value, "")

    def show_detail(self, detail: DeliveryDetail, active_key: str) -> None:
        """Show what went out; `active_key` is the public key of the open database."""
        row, request = detail.row, detail.request
        if request is None:
            self.show_instead(self.tr("No request was made. {why}").format(why=row.reason).strip())
            return
        self.show_text(self.sent, "\n".join(words.request_lines(request, row.tail)))
        self.show_text(self.sizes, words.sizes(request))
        self.show_text(self.jwt_header, words.pretty_json(request.jwt_header))
        claims = words.claims(request, row.at)
        for number, (value, judged) in enumerate(self.claims):
            claim = claims[number] if number < len(claims) else None
            self.show_text(value, f"{claim.name}: {claim.value}" if claim is not None else "")
            self.show_text(judged, claim.words if claim is not None else "")
            judged.set_tone((claim.role if claim is not None else "") or "muted")
        self.show_text(self.key, self._key_words(request, active_key))

    def _key_words(self, request: SentRequest, active_key: str) -> str:
        key = words.key_id(request)
        if not key or not active_key:
            return key
        active = request.public_key == active_key
        return f"{key}\n{self.tr('the active key pair') if active else self.tr('another key pair than the active one')}"


class AnswerPage(Page):
    """Status, headers and what the service said, word for word."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, name="answer")
        self.status = self.add_whole("status", self.tr("Status"))
        self.headers = self.add_whole("headers", self.tr("Headers"), tone="mono")
        self.body = self.add_whole("body", self.tr("Body"), tone="mono")

    def show_row(self, row: DeliveryRow) -> None:
        """Show what the row alone tells."""
        self.show_text(self.status, words.status_line(row) or row.reason or words.meaning(row))
        self.show_text(self.headers, "…")
        self.show_text(self.body, words.plain_lines(row.body) if row.body else "")

    def show_headers(self, headers: tuple[tuple[str, str], ...]) -> None:
        """Show the headers, in order."""
        self.show_text(self.headers, "\n".join(words.header_lines(headers)))

"""Adds a subscription to a user, or edits one; judges endpoint and keys while they are typed.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QSizePolicy, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.models.push_subscription_json import looks_like_json, read_push_subscription
from webpush_admin.gui.text import display_text
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.push.subscription import Subscription
from webpush_admin.store.rows import User

if TYPE_CHECKING:
    from webpush_admin.backend.detail import Judgement
    from webpush_admin.gui.bridge import Job

CHECK_WAIT_MS: Final = 200
MAX_ENDPOINT_CHARACTERS: Final = 20_000
"""More than an endpoint may have, so that pasted JSON arrives whole and a long endpoint is refused in words."""


class SubscriptionDialog(FormDialog):
    """Endpoint and keys of one subscription. `saved` carries the `Subscription` as the database has it now."""

    saved = Signal(object)

    def __init__(
        self, context: Context, parent: QWidget | None, *, user: User | None = None, edited: Subscription | None = None
    ) -> None:
        super().__init__(context, parent)
        if (user is None) == (edited is None):
            raise ValueError("Either the user who gets a new subscription, or the subscription to edit.")
        self.setObjectName("subscription_dialog")
        self.setMinimumWidth(620)
        self._user = user
        self._edited = edited
        self._check_job: Job[Judgement] | None = None
        if user is not None:
            self.setWindowTitle(self.tr("Add subscription for {name}").format(name=display_text(user.name, 60)))
        else:
            self.setWindowTitle(self.tr("Edit subscription"))
        self.set_action(self.tr("Add subscription") if user else self.tr("Save subscription"))
        self.explanation.show_text(
            self.tr("Paste the JSON of a PushSubscription into any field and all of them are filled, or type them.")
        )
        self.explanation.show()
        self._make_fields(edited)
        self._check_timer = QTimer(self)
        self._check_timer.setSingleShot(True)
        self._check_timer.setInterval(CHECK_WAIT_MS)
        self._check_timer.timeout.connect(self._check)
        for field in (self.endpoint, self.p256dh, self.auth):
            field.textChanged.connect(self._on_edited)
        self._on_edited(self.endpoint.text())

    def _make_fields(self, edited: Subscription | None) -> None:
        self.endpoint = QLineEdit(edited.endpoint if edited else "", self)
        self.endpoint.setMaxLength(MAX_ENDPOINT_CHARACTERS)
        self.endpoint.setPlaceholderText("https://…")
        self.endpoint.setProperty("mono", True)
        self.endpoint_problem = self._inline("endpoint_problem", self.tr("What is wrong with the endpoint"))
        self.p256dh = QLineEdit(edited.p256dh if edited else "", self)
        self.p256dh.setMaxLength(MAX_ENDPOINT_CHARACTERS)
        self.p256dh.setPlaceholderText(self.tr("Public key of the browser, 65 bytes in base64url"))
        self.p256dh.setProperty("mono", True)
        self.auth = QLineEdit(edited.auth if edited else "", self)
        self.auth.setMaxLength(MAX_ENDPOINT_CHARACTERS)
        self.auth.setEchoMode(QLineEdit.EchoMode.Password)
        self.auth.setPlaceholderText(self.tr("Secret of the browser, 16 bytes in base64url"))
        self.auth.setProperty("mono", True)
        self.key_problem = self._inline("key_problem", self.tr("What is wrong with the keys"))
        self.user_agent = QLineEdit((edited.user_agent or "") if edited else "", self)
        self.user_agent.setPlaceholderText(self.tr("Optional: how the browser names itself"))
        self.add_field("endpoint", self.tr("Endpoint"), self.endpoint)
        self.form.addRow("", self.endpoint_problem)
        self.add_field("p256dh", "p256dh", self.p256dh)
        self.add_field("auth", "auth", self.auth)
        self.form.addRow("", self.key_problem)
        self.add_field("user_agent", self.tr("User agent"), self.user_agent)
        self.form.setRowVisible(self.endpoint_problem, False)
        self.form.setRowVisible(self.key_problem, False)
        self.paste_button = QPushButton(self.tr("Paste JSON"), self)
        self.paste_button.setObjectName("paste_button")
        self.paste_button.setAccessibleName(self.tr("Paste a PushSubscription from the clipboard"))
        self.paste_button.setToolTip(self.tr("Fill all fields from a PushSubscription on the clipboard"))
        self.paste_button.setAutoDefault(False)
        self.paste_button.clicked.connect(self._on_paste)
        self.buttons.insertWidget(0, self.paste_button)

    def _inline(self, name: str, accessible: str) -> PlainLabel:
        label = PlainLabel("", self, name=name, tone="bad")
        label.setAccessibleName(accessible)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        return label

    def fill_from_json(self, text: str) -> bool:
        """Fill endpoint and keys from a PushSubscription; tell and return False where it is none."""
        pasted = read_push_subscription(text)
        if pasted is None:
            self.show_problem(self.tr("This is not the JSON of a PushSubscription (endpoint, keys.p256dh, keys.auth)."))
            return False
        self.show_problem("")
        self.endpoint.setText(pasted.endpoint)
        self.p256dh.setText(pasted.p256dh)
        self.auth.setText(pasted.auth)
        return True

    def submit(self) -> None:
        """Add or save; the dialog stays open where the database refuses."""
        endpoint, p256dh, auth = self._values()
        user_agent = self.user_agent.text().strip() or None
        if self._user is not None:
            user_id = self._user.id
            self.ask(
                lambda backend: backend.subscriptions.add(
                    user_id, endpoint=endpoint, p256dh=p256dh, auth=auth, user_agent=user_agent
                ),
                self._on_saved,
            )
        elif self._edited is not None and self._edited.id is not None:
            subscription_id = self._edited.id
            self.ask(
                lambda backend: backend.subscriptions.edit(
                    subscription_id, endpoint=endpoint, p256dh=p256dh, auth=auth, user_agent=user_agent
                ),
                self._on_saved,
            )

    def _values(self) -> tuple[str, str, str]:
        return self.endpoint.text().strip(), self.p256dh.text().strip(), self.auth.text().strip()

    def _on_edited(self, text: str) -> None:
        if looks_like_json(text):
            self.fill_from_json(text)
            return
        # Who is quick may save before the verdict is here: the backend judges again, and the dialog shows its refusal.
        self.action_button.setEnabled(all(self._values()))
        self._check_timer.start()

    def _check(self) -> None:
        endpoint, p256dh, auth = self._values()
        if not (endpoint and p256dh and auth):
            self._show_reasons("", "")
            self.action_button.setEnabled(False)
            return

        if self._check_job is not None:
            # Only the newest values are judged: an older verdict must not enable the button.
            self._check_job.cancel()
        self._check_job = self.context.ask(
            lambda backend: backend.subscriptions.check(endpoint, p256dh, auth), self._on_judged
        )

    def _on_judged(self, judgement: "Judgement") -> None:
        self._check_job = None
        endpoint, *keys = judgement.problems
        problems = endpoint, next(filter(None, keys), "")
        if self._check_timer.isActive():
            return
        self._show_reasons(*problems)
        self.action_button.setEnabled(not any(problems))

    def _show_reasons(self, endpoint_problem: str, key_problem: str) -> None:
        self.endpoint_problem.show_text(endpoint_problem)
        self.form.setRowVisible(self.endpoint_problem, bool(endpoint_problem))
        self.key_problem.show_text(key_problem)
        self.form.setRowVisible(self.key_problem, bool(key_problem))
        self.fit()

    def _on_paste(self) -> None:
        self.fill_from_json(QGuiApplication.clipboard().text())

    def _on_saved(self, subscription: Subscription) -> None:
        self.saved.emit(subscription)
        self.accept()

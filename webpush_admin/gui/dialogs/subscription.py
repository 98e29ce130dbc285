"""Adds a subscription to a user, or edits one; judges endpoint and keys while they are typed.

Runs on: GUI thread
"""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from webpush_admin.backend.records import SubscriptionInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.edit import SHOWN_CHARACTERS, EditDialog
from webpush_admin.gui.dialogs.owner import OwnerField
from webpush_admin.gui.models.push_subscription_json import find_push_subscription, looks_like_json
from webpush_admin.gui.text import display_text
from webpush_admin.gui.theme import mono_font
from webpush_admin.push.subscription import MAX_ENDPOINT_CHARACTERS, MAX_KEY_CHARACTERS, Subscription
from webpush_admin.store.rows import User

if TYPE_CHECKING:
    from webpush_admin.backend.detail import Judgement

NAME_CHARACTERS: Final = 60


class SubscriptionDialog(EditDialog):
    """Endpoint and keys of one subscription. `saved` carries the `Subscription` as the database has it now.

    Args:
        context: For the backend.
        parent: The window.
        user: Who gets a new subscription; None lets the operator choose.
        edited: Which one to edit; it is read again, since the row of a list may be cut or old.
    """

    saved = Signal(object)

    def __init__(
        self, context: Context, parent: QWidget | None, *, user: User | None = None, edited: Subscription | None = None
    ) -> None:
        super().__init__(context, parent)
        if user is not None and edited is not None:
            raise ValueError("Either the user who gets a new subscription, or the subscription to edit.")
        self.setObjectName("subscription_dialog")
        self.setMinimumWidth(620)
        self._edited_id = edited.id if edited is not None else None
        self._judgement: Judgement | None = None
        self._adds = edited is None
        self.setWindowTitle(self.tr("Add subscription") if self._adds else self.tr("Edit subscription"))
        self.set_action(self._own_action())
        self.explanation.show_text(
            self.tr("Paste the JSON of a PushSubscription into any field and all of them are filled, or type them.")
        )
        self.explanation.show()
        self.owner = OwnerField(context, self, user) if self._adds else None
        if self.owner is not None:
            self._add_owner(self.owner)
        self._make_fields()
        self._make_paste_button()
        if self._edited_id is not None:
            number = self._edited_id
            self.follow(lambda backend: backend.subscriptions.info(number))
        self.show_enabled()

    def _add_owner(self, owner: OwnerField) -> None:
        owner.setObjectName("owner")
        owner.setAccessibleName(self.tr("User"))
        self.form.addRow(self.tr("User"), owner)
        self.keep_field(owner.search)
        self.keep_field(owner.list)
        self.keep_field(owner.change_button)
        owner.changed.connect(self._on_owner_changed)
        owner.pasted.connect(self._on_owner_pasted)

    def _make_fields(self) -> None:
        self.endpoint = self._line("https://…", mono=True)
        self.endpoint_note = self.add_judged(
            "endpoint", self.tr("Endpoint"), self.endpoint, most=MAX_ENDPOINT_CHARACTERS
        )
        self.p256dh = self._line(self.tr("Public key of the browser, 65 bytes in base64url"), mono=True)
        self.p256dh_note = self.add_judged("p256dh", "p256dh", self.p256dh, most=MAX_KEY_CHARACTERS)
        self.auth = self._line(self.tr("Secret of the browser, 16 bytes in base64url"), mono=True)
        self.auth.setEchoMode(QLineEdit.EchoMode.Password)
        self.auth_note = self.add_judged("auth", "auth", self.auth, most=MAX_KEY_CHARACTERS)
        self.user_agent = self._line(self.tr("Optional: how the browser names itself"), mono=False)
        self.user_agent_note = self.add_judged("user_agent", self.tr("User agent"), self.user_agent)
        self._last = dict.fromkeys((self.endpoint, self.p256dh, self.auth, self.user_agent), "")
        for field in self._last:
            field.textEdited.connect(self._on_edited)

    def _line(self, placeholder: str, *, mono: bool) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(placeholder)
        if mono:
            field.setFont(mono_font())
        return field

    def _make_paste_button(self) -> None:
        self.paste_button = QPushButton(self.tr("Paste JSON"), self)
        self.paste_button.setObjectName("paste_button")
        self.paste_button.setAccessibleName(self.tr("Paste a PushSubscription from the clipboard"))
        self.paste_button.setToolTip(self.tr("Fill all fields from a PushSubscription on the clipboard"))
        self.paste_button.setAutoDefault(False)
        self.paste_button.clicked.connect(self._on_paste)
        self.buttons.insertWidget(0, self.paste_button)

    def fill_from_json(self, text: str) -> bool:
        """Fill endpoint and keys from a PushSubscription; tell and return False where it is none."""
        pasted = find_push_subscription(text)
        if pasted is None:
            self.show_problem(self.tr("This is not the JSON of a PushSubscription (endpoint, keys.p256dh, keys.auth)."))
            return False
        self.endpoint.setText(pasted.endpoint)
        self.p256dh.setText(pasted.p256dh)
        self.auth.setText(pasted.auth)
        return True

    def submit(self) -> None:
        """Add or save; the dialog stays open where the database refuses."""
        endpoint, p256dh, auth = (self.value(field) for field in (self.endpoint, self.p256dh, self.auth))
        user_agent = self.value(self.user_agent) or None
        if self.owner is None:
            seen: Subscription = self.seen.subscription
            number = seen.id or 0
            self.ask(
                lambda backend: backend.subscriptions.edit(
                    number, endpoint=endpoint, p256dh=p256dh, auth=auth, user_agent=user_agent, seen=seen
                ),
                self._on_saved,
            )
        elif self.owner.user is not None:
            user_id, replaces = self.owner.user.id, self._replaced() is not None
            self.ask(
                lambda backend: backend.subscriptions.add(
                    user_id,
                    endpoint=endpoint,
                    p256dh=p256dh,
                    auth=auth,
                    user_agent=user_agent,
                    may_replace=replaces,
                ),
                self._on_saved,
            )

    def check(self) -> None:
        """Let the backend judge endpoint and keys, and look whether the user has this endpoint already."""
        endpoint, p256dh, auth = (self.value(field) for field in (self.endpoint, self.p256dh, self.auth))
        whose = self.owner.user.id if self.owner is not None and self.owner.user is not None else None
        if self.seen is not None:
            whose = self.seen.subscription.user_id
        self.judge(lambda backend: backend.subscriptions.check(endpoint, p256dh, auth, whose), self._on_judged)

    def may_save(self) -> bool:
        """Whether everything is there, and nothing of it was refused yet."""
        complete = all(self.value(field) for field in (self.endpoint, self.p256dh, self.auth))
        owned = self.owner is None or self.owner.user is not None
        judged = self._judgement
        refused = judged is not None and (any(judged.problems) or (self.owner is None and self._taken()))
        return complete and owned and not refused

    def show_row(self, row: SubscriptionInfo) -> None:
        """Fill the fields."""
        subscription = row.subscription
        name = display_text(row.user_name, NAME_CHARACTERS)
        self.setWindowTitle(self.tr("Edit subscription {number} of {name}").format(number=subscription.id, name=name))
        self.fill(self.endpoint, subscription.endpoint)
        self.fill(self.p256dh, subscription.p256dh)
        self.fill(self.auth, subscription.auth)
        self.fill(self.user_agent, subscription.user_agent or "")
        self._last[self.user_agent] = self.user_agent.text()
        self._judgement = None

    def told_of(self, row: SubscriptionInfo) -> object:
        """Return what a form could overwrite; answers come and go."""
        subscription = row.subscription
        return subscription.endpoint, subscription.p256dh, subscription.auth, subscription.user_agent

    def showEvent(self, event: QShowEvent) -> None:
        """Start with the user where there is none, else with the endpoint."""
        super().showEvent(event)
        if self.owner is not None and self.owner.user is not None:
            self.endpoint.setFocus()

    def recheck(self) -> None:
        """What was judged is no longer what is there."""
        self._judgement = None
        super().recheck()

    def done(self, result: int) -> None:
        """Close; what is still on its way is not waited for."""
        if self.owner is not None:
            self.owner.close_search()
        super().done(result)

    def _on_judged(self, judgement: "Judgement") -> None:
        self._check_job = None
        self._judgement = judgement
        fields = (
            (self.endpoint, self.endpoint_note, judgement.problems.endpoint),
            (self.p256dh, self.p256dh_note, judgement.problems.p256dh),
            (self.auth, self.auth_note, judgement.problems.auth),
        )
        for field, note, problem in fields:
            # That a field of a new one is empty is seen.
            note.show_problem(problem if self.value(field) or not self._adds else "")
        self._show_existing()
        self.user_agent_note.hint_at_hidden(self.value(self.user_agent), SHOWN_CHARACTERS)
        self.show_enabled()
        self.fit()

    def _taken(self) -> bool:
        """Whether another subscription of this user has the endpoint."""
        existing = self._judgement.existing if self._judgement is not None else None
        return existing is not None and existing != self._edited_id

    def _replaced(self) -> int | None:
        return self._judgement.existing if self._judgement is not None else None

    def _show_existing(self) -> None:
        number = self._replaced()
        if self._adds:
            replacing = self.tr("Replace keys of subscription {number}").format(number=number)
            self.set_action(self._own_action() if number is None else replacing, destructive=number is not None)
            if number is not None and self._judgement is not None and not self._judgement.problems.endpoint:
                self.endpoint_note.show_warning(
                    self.tr("This user has this endpoint already: its keys will be replaced.")
                )
        elif self._taken():
            self.endpoint_note.show_problem(
                self.tr("This user has it already, as subscription {number}.").format(number=number)
            )

    def _own_action(self) -> str:
        return self.tr("Add subscription") if self._adds else self.tr("Save subscription")

    def _on_edited(self, text: str) -> None:
        field = self.sender()
        if not isinstance(field, QLineEdit):
            return
        if looks_like_json(text) or find_push_subscription(text) is not None:
            if self.fill_from_json(text) and field is self.user_agent:
                field.setText(self._last[field])
            return
        self._last[field] = text

    def _on_paste(self) -> None:
        self.fill_from_json(QGuiApplication.clipboard().text())

    def _on_owner_pasted(self, text: str) -> None:
        if self.owner is not None and find_push_subscription(text) is not None:
            self.fill_from_json(text)
            self.owner.search.clear_now()

    def _on_owner_changed(self) -> None:
        self.recheck()
        self.fit()
        if self.owner is not None and self.owner.user is not None:
            self.endpoint.setFocus()

    def _on_saved(self, subscription: Subscription) -> None:
        self.saved.emit(subscription)
        self.accept()

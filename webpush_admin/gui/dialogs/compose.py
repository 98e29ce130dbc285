"""Writes the message of a send: a notification and its headers, with its size as it is typed.

Runs on: GUI thread
"""

from collections.abc import Callable
from typing import Final, get_args

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.push.errors import InvalidMessage
from webpush_admin.push.message import MAX_PAYLOAD_BYTES, Action, Message, Urgency

ACTION_ROWS: Final = 2
"""Browsers show two buttons at most (Notification.maxActions)."""

FEW_PIXELS: Final = 140

URGENCIES: Final[tuple[Urgency, ...]] = get_args(Urgency)


class ComposeDialog(FormDialog):
    """Title, text, buttons and headers of a message.

    Args:
        message: What the fields start with.
        action: What the button says ("Send to Ada").
        composed: Called with the message when the button was pressed.
    """

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        *,
        message: Message,
        action: str,
        composed: Callable[[Message], None],
    ) -> None:
        super().__init__(context, parent, action=action)
        self.setObjectName("compose_dialog")
        self.setWindowTitle(self.tr("Send with text"))
        self.setMinimumWidth(560)
        self._composed = composed
        self._message: Message | None = None
        self._make_text_fields(message)
        self._make_header_fields(message)
        self.size_label = PlainLabel("", self, name="size_label", tone="muted")
        self.size_label.setAccessibleName(self.tr("Size of the payload"))
        self.buttons.insertWidget(0, self.size_label)
        self._judge()
        self.title.selectAll()

    def _make_text_fields(self, message: Message) -> None:
        self.title = QLineEdit(message.title, self)
        self.body = QPlainTextEdit(message.body, self)
        self.body.setFixedHeight(84)
        self.icon = QLineEdit(message.icon, self)
        self.icon.setPlaceholderText("https://…")
        self.add_field("title_field", self.tr("Title"), self.title)
        self.add_field("body_field", self.tr("Text"), self.body)
        self.add_field("icon_field", self.tr("Icon"), self.icon)
        self.title.textChanged.connect(self._judge)
        self.body.textChanged.connect(self._judge)
        self.icon.textChanged.connect(self._judge)
        self.action_fields: list[tuple[QLineEdit, QLineEdit]] = []
        for number in range(1, ACTION_ROWS + 1):
            given = message.actions[number - 1] if number <= len(message.actions) else Action("", "")
            label, url = QLineEdit(given.label, self), QLineEdit(given.url, self)
            label.setObjectName(f"action_label_{number}")
            label.setAccessibleName(self.tr("Label of button {number}").format(number=number))
            label.setPlaceholderText(self.tr("Label"))
            url.setObjectName(f"action_url_{number}")
            url.setAccessibleName(self.tr("Address of button {number}").format(number=number))
            url.setPlaceholderText("https://…")
            label.textChanged.connect(self._judge)
            url.textChanged.connect(self._judge)
            row = QHBoxLayout()
            row.setSpacing(8)
            self.keep_field(label)
            self.keep_field(url)
            row.addWidget(label, 1)
            row.addWidget(url, 2)
            self.form.addRow(self.tr("Button {number}").format(number=number), row)
            self.action_fields.append((label, url))

    def _make_header_fields(self, message: Message) -> None:
        self.ttl = QLineEdit(str(message.ttl_s), self)
        self.ttl.setMaximumWidth(FEW_PIXELS)
        self.ttl.setToolTip(self.tr("How long the push service keeps the message for a browser that is offline"))
        self.urgency = QComboBox(self)
        self.urgency.addItems(list(URGENCIES))
        self.urgency.setCurrentText(message.urgency)
        self.topic = QLineEdit(message.topic or "", self)
        self.topic.setPlaceholderText(self.tr("Optional: replaces an undelivered message of the same topic"))
        self.add_field("ttl_field", self.tr("TTL in s"), self.ttl)
        self.add_field("urgency_field", self.tr("Urgency"), self.urgency)
        self.add_field("topic_field", self.tr("Topic"), self.topic)
        self.ttl.textChanged.connect(self._judge)
        self.urgency.currentIndexChanged.connect(self._judge)
        self.topic.textChanged.connect(self._judge)

    def submit(self) -> None:
        """Close, then hand over the message."""
        message = self._message
        if message is not None:
            self.accept()
            self._composed(message)

    def _judge(self) -> None:
        actions = tuple(
            Action(label.text().strip(), url.text().strip())
            for label, url in self.action_fields
            if label.text().strip() or url.text().strip()
        )
        try:
            self._message = Message(
                title=self.title.text(),
                body=self.body.toPlainText(),
                icon=self.icon.text().strip(),
                actions=actions,
                ttl_s=_whole_number(self.ttl.text()),
                urgency=URGENCIES[max(0, self.urgency.currentIndex())],
                topic=self.topic.text().strip() or None,
            )
        except InvalidMessage as error:
            self._message = None
            self.size_label.clear()
            self.show_problem(str(error))
        else:
            size = len(self._message.payload())
            self.size_label.show_text(
                self.tr("{size} of {limit} bytes").format(size=f"{size:,}", limit=f"{MAX_PAYLOAD_BYTES:,}")
            )
            # iOS revokes a subscription after pushes that show nothing.
            empty = not self._message.title.strip()
            self.show_problem(
                self.tr("Without a title nothing is shown, and iOS revokes the subscription.") if empty else ""
            )
        self.action_button.setEnabled(self._message is not None)


def _whole_number(text: str) -> int:
    """Return the number, or one that no message takes, so that `Message` words the refusal."""
    try:
        return int(text.strip())
    except ValueError:
        return -1

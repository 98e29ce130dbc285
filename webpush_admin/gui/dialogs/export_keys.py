"""Asks as what a key pair is written to a file, private key and all, and where.

Runs on: GUI thread
"""

from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from webpush_admin.backend.key_records import KeyPairInfo
from webpush_admin.gui.context import Context
from webpush_admin.gui.dialogs.form import FormDialog
from webpush_admin.gui.dialogs.new_file import NewFileField
from webpush_admin.gui.dialogs.new_passphrase import NewPassphrase
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.widgets.plain import PlainLabel
from webpush_admin.push.key_formats.records import EnvStyle, KeyFormat

_FINGERPRINT_CHARACTERS: Final = 8


class Choice(NamedTuple):
    """One format as it is offered.

    Attributes:
        form: What is written.
        name: In the list.
        readers: Who reads it, one line.
        ending: Of the file's name.
        encrypts: It can be encrypted with a passphrase.
    """

    form: KeyFormat
    name: str
    readers: str
    ending: str
    encrypts: bool = False


CHOICES: Final = (
    Choice(
        KeyFormat.PKCS8, "PEM, PKCS#8", "openssl, Java, Go, .NET; the only text that can be encrypted.", ".pem", True
    ),
    Choice(KeyFormat.PEM, "PEM, SEC 1", "py-vapid and pywebpush (private_key.pem), openssl.", ".pem"),
    Choice(KeyFormat.DER, "DER, PKCS#8", "openssl, Java and others that want bytes instead of text.", ".der", True),
    Choice(KeyFormat.RAW, "Base64url, two lines", "Most servers: public key, then private key.", ".txt"),
    Choice(KeyFormat.JSON, "JSON of web-push", "As web-push generate-vapid-keys --json prints it.", ".json"),
    Choice(KeyFormat.JWK, "JWK", "Browsers (crypto.subtle), Deno, Workers and JOSE libraries.", ".jwk"),
    Choice(KeyFormat.ENV, "Settings (.env)", "Lines for the settings of a server; the subject is with them.", ".env"),
)

STYLES: Final = (
    (EnvStyle.PLAIN, "VAPID_PUBLIC_KEY: Laravel, Node"),
    (EnvStyle.MASTODON, "Mastodon"),
    (EnvStyle.RAILS, "Rails"),
    (EnvStyle.NTFY, "ntfy"),
    (EnvStyle.CODER, "Coder"),
)


class ExportKeysDialog(FormDialog):
    """The format, a passphrase where it can have one, and a file that is not there yet.

    Attributes:
        exported: The `Path` that was written.
    """

    exported = Signal(object)

    def __init__(self, context: Context, parent: QWidget | None, pair: KeyPairInfo) -> None:
        super().__init__(context, parent)
        self.setObjectName("export_keys_dialog")
        self.setWindowTitle(self.tr("Export the key pair {name}").format(name=self._short(pair)))
        self.setMinimumWidth(600)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._pair = pair
        self.format = QComboBox(self)
        for choice in CHOICES:
            self.format.addItem(translate("ExportKeys", choice.name))
        self.add_field("format", self.tr("Format"), self.format)
        self.readers = PlainLabel("", self, name="readers", tone="muted")
        self.readers.setWordWrap(True)
        self.form.addRow("", self.readers)
        self.style_of = QComboBox(self)
        for _, name in STYLES:
            self.style_of.addItem(translate("ExportKeys", name))
        self.add_field("style_of", self.tr("Names as in"), self.style_of)
        self.passphrase = NewPassphrase(self)
        self.file = NewFileField(context, self, name="file", label=self.tr("File"))
        self.form.addRow(self.tr("File"), self.file)
        self.keep_field(self.file.path)
        self.keep_field(self.file.choose_button)
        self.warning = PlainLabel("", self, name="warning")
        self.warning.setWordWrap(True)
        self.content.insertWidget(self.content.indexOf(self.problem), self.warning)
        self.format.currentIndexChanged.connect(self._on_format_changed)
        self.passphrase.changed.connect(self._on_edited)
        self.file.changed.connect(self._on_edited)
        self.set_action(self.tr("Export the private key"))
        context.database_closed.connect(self.reject)
        self._on_format_changed()

    @property
    def choice(self) -> Choice:
        """What is chosen."""
        return CHOICES[max(0, self.format.currentIndex())]

    def submit(self) -> None:
        """Write the file; a refusal leaves everything as it is."""
        wrong = self.passphrase.problem()
        if wrong:
            self.passphrase.show_problem(wrong)
            return
        wrong = self.file.problem()
        if wrong:
            self.show_problem(wrong)
            return
        number, form, path = self._pair.id, self.choice.form, self.file.chosen
        passphrase, style = self.passphrase.secret, STYLES[max(0, self.style_of.currentIndex())][0]
        self.ask(
            lambda backend: backend.keys.exchange.export(number, form, path, passphrase=passphrase, style=style),
            self._on_exported,
        )

    def done(self, result: int) -> None:
        """Close; nothing that was typed stays."""
        self.file.stop()
        self.passphrase.wipe()
        super().done(result)

    def _on_format_changed(self) -> None:
        choice = self.choice
        self.readers.show_text(translate("ExportKeys", choice.readers))
        self.form.setRowVisible(self.style_of, choice.form is KeyFormat.ENV)
        self.passphrase.set_shown(choice.encrypts)
        if self.file.empty or self.file.untouched:
            self.file.suggest(self._suggested())
        elif self.file.chosen.suffix in {known.ending for known in CHOICES}:
            self.file.path.setText(str(self.file.chosen.with_suffix(choice.ending)))
        self._on_edited()

    def _on_edited(self) -> None:
        self.show_problem("")
        self.action_button.setEnabled(not self.file.empty and not self.asking)
        if self.passphrase.empty:
            told = self.tr("Whoever reads this file can send to your subscribers in your name.")
            if self.choice.encrypts:
                told += " " + self.tr("Give a passphrase to encrypt it.")
            else:
                told += " " + self.tr("Only your account on this computer may open it.")
            self.warning.show_text(told)
            self.warning.set_tone("warn")
        else:
            self.warning.show_text(self.tr("Encrypted: without the passphrase the file is worth nothing, to you too."))
            self.warning.set_tone("muted")
        self.fit()

    def _suggested(self) -> Path:
        folder = self.context.recent.folder
        return (Path(folder) if folder else Path.home()) / f"vapid-{self._short(self._pair)}{self.choice.ending}"

    def _short(self, pair: KeyPairInfo) -> str:
        return pair.fingerprint.replace(" ", "")[:_FINGERPRINT_CHARACTERS] or str(pair.id)

    def _on_exported(self, path: Path) -> None:
        self.context.recent.remember_folder(str(path.parent))
        self.accept()
        self.exported.emit(path)

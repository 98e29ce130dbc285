"""What the audit found, in words: for each finding its name, what it means, and what to do about it.

Runs on: any
"""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from webpush_admin.gui.models.columns import translated
from webpush_admin.store.rows import UNUSABLE, Finding


def _told(text: str) -> str:
    return QCoreApplication.translate("Findings", text)


@dataclass(frozen=True, slots=True)
class FindingWords:
    """One finding as the operator reads it, in the language of the source; see the properties.

    Attributes:
        title: As a line of a list.
        short: As a pill and as the head of a narrow column.
        meaning: One sentence.
        remedy: One sentence or two.
    """

    title: str
    short: str
    meaning: str
    remedy: str

    @property
    def shown_title(self) -> str:
        """The title in the operator's language."""
        return _told(self.title)

    @property
    def shown_short(self) -> str:
        """The short word in the operator's language."""
        return translated(self.short)

    @property
    def shown_meaning(self) -> str:
        """The meaning in the operator's language."""
        return _told(self.meaning)

    @property
    def shown_remedy(self) -> str:
        """The remedy in the operator's language."""
        return _told(self.remedy)


WORDS: Final[dict[Finding, FindingWords]] = {
    Finding.ENDPOINT: FindingWords(
        str(QT_TRANSLATE_NOOP("Findings", "Unusable endpoint")),
        str(QT_TRANSLATE_NOOP("Columns", "endpoint")),
        str(
            QT_TRANSLATE_NOOP("Findings", "The endpoint is no https URL on the public internet: nothing is sent to it.")
        ),
        str(QT_TRANSLATE_NOOP("Findings", "Delete them: the page has to subscribe again.")),
    ),
    Finding.P256DH: FindingWords(
        str(QT_TRANSLATE_NOOP("Findings", "Unusable public key")),
        str(QT_TRANSLATE_NOOP("Columns", "p256dh")),
        str(QT_TRANSLATE_NOOP("Findings", "p256dh is no point on the curve P-256: nothing can be encrypted for it.")),
        str(QT_TRANSLATE_NOOP("Findings", "Delete them: the page has to subscribe again.")),
    ),
    Finding.AUTH: FindingWords(
        str(QT_TRANSLATE_NOOP("Findings", "Unusable auth secret")),
        str(QT_TRANSLATE_NOOP("Columns", "auth")),
        str(QT_TRANSLATE_NOOP("Findings", "auth is not 16 bytes: the browser could decrypt nothing.")),
        str(QT_TRANSLATE_NOOP("Findings", "Delete them: the page has to subscribe again.")),
    ),
    Finding.TRUNCATED: FindingWords(
        str(QT_TRANSLATE_NOOP("Findings", "Cut off")),
        str(QT_TRANSLATE_NOOP("Columns", "cut off")),
        str(QT_TRANSLATE_NOOP("Findings", "Endpoint or keys look as if a column had been too short for them.")),
        str(
            QT_TRANSLATE_NOOP(
                "Findings",
                "Widen the columns of the application first (endpoint 2,048, p256dh 100, auth 32 characters), then "
                "delete them: what was cut off cannot be mended.",
            )
        ),
    ),
    Finding.RESERVED_HOST: FindingWords(
        str(QT_TRANSLATE_NOOP("Findings", "Host under .invalid")),
        str(QT_TRANSLATE_NOOP("Columns", ".invalid")),
        str(QT_TRANSLATE_NOOP("Findings", "The browser gave out an address at which nothing ever answers (RFC 2606).")),
        str(QT_TRANSLATE_NOOP("Findings", "Delete them: Chrome says so that a subscription is gone for good.")),
    ),
    Finding.UNKNOWN_HOST: FindingWords(
        str(QT_TRANSLATE_NOOP("Findings", "Unknown host")),
        str(QT_TRANSLATE_NOOP("Columns", "unknown host")),
        str(
            QT_TRANSLATE_NOOP(
                "Findings", "The endpoint can be used, but its host is no push service that this program knows."
            )
        ),
        str(
            QT_TRANSLATE_NOOP(
                "Findings",
                "Look at them: UnifiedPush and services of your own are fine, a host that nobody knows may have been "
                "planted.",
            )
        ),
    ),
    Finding.SAME_BROWSER: FindingWords(
        str(QT_TRANSLATE_NOOP("Findings", "Older one of the same browser")),
        str(QT_TRANSLATE_NOOP("Columns", "same browser")),
        str(
            QT_TRANSLATE_NOOP(
                "Findings",
                "The user has a newer subscription of the same browser there, and this one has accepted nothing since.",
            )
        ),
        str(QT_TRANSLATE_NOOP("Findings", "Delete them: the newest one of each browser stays.")),
    ),
    Finding.SHARED_ENDPOINT: FindingWords(
        str(QT_TRANSLATE_NOOP("Findings", "Endpoint of another user too")),
        str(QT_TRANSLATE_NOOP("Columns", "shared")),
        str(
            QT_TRANSLATE_NOOP(
                "Findings",
                "Another user has a newer subscription with this endpoint: the browser has changed hands, and may "
                "show what is meant for somebody else.",
            )
        ),
        str(
            QT_TRANSLATE_NOOP(
                "Findings", "Delete them: the newest one stays. Unsubscribe in the page when somebody logs out."
            )
        ),
    ),
    Finding.IDLE: FindingWords(
        str(QT_TRANSLATE_NOOP("Findings", "Idle for 270 days")),
        str(QT_TRANSLATE_NOOP("Columns", "idle")),
        str(
            QT_TRANSLATE_NOOP("Findings", "No push was accepted for 270 days, after which FCM forgets a subscription.")
        ),
        str(QT_TRANSLATE_NOOP("Findings", "Send them a push to find out, or delete them.")),
    ),
}
"""In the order of the audit's table: what cannot be used first."""


def role(found: Finding) -> str:
    """Return the role of a pill: "bad" for what cannot be used, "warn" for what works, perhaps."""
    return "bad" if found & (UNUSABLE | Finding.RESERVED_HOST) else "warn"


def found_words(found: Finding) -> list[FindingWords]:
    """Return the words of what was found, the worst first."""
    # Nothing is what most have, and flags are slow to compare.
    return [words for finding, words in WORDS.items() if finding & found] if found else []


def pill(found: Finding) -> str:
    """Return what a cell says: the worst finding, and how many more there are; "" for none."""
    words = found_words(found)
    more = f" +{len(words) - 1}" if len(words) > 1 else ""
    return words[0].shown_short + more if words else ""


def tip(found: Finding) -> str:
    """Return what was found in whole sentences, a line for each; "" for nothing."""
    return "\n".join(f"{words.shown_title}: {words.shown_meaning}" for words in found_words(found))

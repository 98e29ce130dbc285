"""Deletions and their undoing in words.

Runs on: GUI thread
"""

from webpush_admin.backend.undo_records import Deleted, Undoable, Undone
from webpush_admin.gui.models.columns import translate
from webpush_admin.gui.models.words import counted


def subscriptions(count: int) -> str:
    """Return the number with its noun."""
    return counted(count, translate("Deletions", "subscription"), translate("Deletions", "subscriptions"))


def users(count: int) -> str:
    """Return the number with its noun."""
    return counted(count, translate("Deletions", "user"), translate("Deletions", "users"))


def both(users_count: int, subscriptions_count: int) -> str:
    """Return what there is of each: "12 subscriptions", "2 users and 7 subscriptions", "1 user"."""
    if not users_count:
        return subscriptions(subscriptions_count)
    if not subscriptions_count:
        return users(users_count)
    sentence = translate("Deletions", "{users} and {subscriptions}")
    return sentence.format(users=users(users_count), subscriptions=subscriptions(subscriptions_count))


def deleted_sentence(deleted: Deleted) -> str:
    """Return what a deletion took away."""
    if not (deleted.users or deleted.subscriptions):
        return translate("Deletions", "Nothing was left to delete: somebody else was faster.")
    return translate("Deletions", "Deleted {lost}.").format(lost=both(deleted.users, deleted.subscriptions))


def until_when() -> str:
    """Return how long a deletion can be undone."""
    return translate(
        "Deletions",
        "Edit > Undo (Ctrl+Z) brings back what was deleted, until the database is closed or its VAPID keys are "
        "replaced.",
    )


def undo_text(undoable: Undoable | None) -> str:
    """Return what the action says; the ampersand marks the mnemonic."""
    if undoable is None:
        return translate("Deletions", "U&ndo delete")
    lost = both(undoable.users, undoable.subscriptions)
    return translate("Deletions", "U&ndo deletion of {lost}").format(lost=lost)


def undone_sentence(undone: Undone) -> str:
    """Return what an undo brought back, and what it did not."""
    if undone.users or undone.subscriptions:
        back = both(undone.users, undone.subscriptions)
        sentences = [translate("Deletions", "Restored {back}.").format(back=back)]
    else:
        sentences = [translate("Deletions", "Nothing was restored.")]
    if undone.there_again:
        sentence = translate("Deletions", "{count} left alone: the user has it again.")
        sentences.append(sentence.format(count=subscriptions(undone.there_again)))
    if undone.without_user:
        sentence = translate("Deletions", "{count} left out: the user is gone.")
        sentences.append(sentence.format(count=subscriptions(undone.without_user)))
    return " ".join(sentences)

"""A day with key pairs on the command line, all that it told, and where secrets are to be found after it.

Runs on: any
"""

import json
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.backend.desk import Town
from tests.e2e.leaks import Hidden, found_in, private_key, words
from tests.send_desk import arguments
from webpush_admin.cli import main
from webpush_admin.push.key_formats import KeyFormat, write_keys
from webpush_admin.push.vapid import Authorizations, VapidKeys
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import Temper
from webpush_admin.store import Store

SUBJECT: Final = "mailto:ops@example.org"
PASSPHRASE: Final = "quixotic marmalade parliament"
OTHER_PASSPHRASE: Final = "vermilion accordion sandwich"


class Day:
    """What is done with keys, and where it may have left something.

    Attributes:
        work: The operator's folder: database, exports, backups.
        told: What was printed, shown, logged and copied; files that nobody asked to have a secret in.
    """

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.work, self.told = folder / "work", folder / "told"
        for made in (self.work, self.told):
            made.mkdir()
        self.url = f"sqlite:///{self.work / 'push.db'}"
        self.hidden: list[Hidden] = [words("passphrase", PASSPHRASE), words("other passphrase", OTHER_PASSPHRASE)]
        self._capsys = capsys

    def verb(self, *line: str, code: int | None = 0, asked: str = "") -> str:
        """Run a verb; what it prints is kept, among what was told, or in the file that it was asked for in."""
        try:
            ended: object = main(list(line))
        except SystemExit as stopped:
            ended = stopped.code
        printed = self._capsys.readouterr()
        with (self.told / "terminal.txt").open("a") as log:
            log.write(f"$ {line[0]} {line[1]}\n{'' if asked else printed.out}{printed.err}")
        if asked:
            (self.work / asked).write_text(printed.out)
        assert code in (None, ended), printed.err
        return str(printed.out)

    def vapid(self, verb: str, *more: str, code: int | None = 0, asked: str = "") -> str:
        """Run a verb on the database."""
        return self.verb("vapid", verb, "--database", self.url, *more, code=code, asked=asked)

    def note(self, name: str, *texts: object) -> None:
        """Keep what was shown somewhere, or what a debugger would show."""
        with (self.told / name).open("a") as log:
            for text in texts:
                log.write(f"{text}\n{text!r}\n")

    def crash(self, error: BaseException) -> None:
        """Keep a traceback as the most talkative crash report has it: with the locals of our own frames."""
        told: traceback.TracebackException | None
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        while told is not None:
            ours = [frame for frame in told.stack if "webpush_admin" in frame.filename]
            with (self.told / "crashes.txt").open("a") as log:
                log.writelines([*traceback.StackSummary.from_list(ours).format(), *told.format_exception_only()])
            # What was left out with "from None" is in no report.
            told = told.__cause__ or (None if told.__suppress_context__ else told.__context__)

    def fails(self, kind: type[BaseException], what: Callable[[], object]) -> None:
        """Do what must be refused."""
        with pytest.raises(kind) as caught:
            what()
        self.crash(caught.value)

    def write(self, name: str, text: str | bytes) -> str:
        """Make a file of the operator's."""
        path = self.work / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(0o600)
        return str(path)

    def keep_secret(self, name: str, public_key: str) -> VapidKeys:
        """Remember the private key of a pair of the database as one that must not be found."""
        with closing(Store.open(self.url)) as store:
            number = next(pair.id for pair in store.keys.all() if pair.public_key == public_key)
            keys = store.keys.pair(number)
        self.hidden.append(private_key(name, keys))
        return keys


def found(places: list[Path], day: Day) -> dict[str, set[str]]:
    """Return the files that each secret of the day is in."""
    return found_in(places, day.hidden)


def look(places: list[Path], day: Day, expected: dict[str, set[str]]) -> None:
    """Find each secret in the files that it is expected in, and in no other."""
    there = found(places, day)
    leaked = {name: sorted(there[name] - files) for name, files in expected.items() if there[name] - files}
    missing = {name: sorted(files - there[name]) for name, files in expected.items() if files - there[name]}
    assert not leaked, f"leaked: {leaked}"
    assert not missing, f"not where it was asked for: {missing}"
    assert there.keys() == expected.keys()


def on_the_command_line(day: Day, sandbox: Sandbox) -> dict[str, set[str]]:
    """Make, write, take, move, send with, check, rotate and undo; return where each secret is to be found."""
    expected: dict[str, set[str]] = {}
    secret_file, other_file = day.write("passphrase.txt", PASSPHRASE), day.write("other.txt", OTHER_PASSPHRASE)
    expected["passphrase"], expected["other passphrase"] = {"work/passphrase.txt"}, {"work/other.txt"}

    made = json.loads(day.vapid("generate", "--label", "shop", "--json"))
    first = day.keep_secret("first", made["public_key"])
    day.vapid("generate")
    day.vapid("show")
    town = Town(day.work / "push.db", sandbox)
    town.add_users([[Temper.CREATED, Temper.GONE, Temper.FORBIDDEN, Temper.CREATED], [Temper.CREATED]])
    with closing(Store.open(day.url)) as store:
        (user, _) = store.user_ids_after(None, 2)
        row = store.subscriptions_of(user)[0]
        day.hidden.append(words("auth", row.auth))
    asked = {"work/push.db"}
    for form in KeyFormat:
        day.vapid("export", "--format", form.value, "--output", str(day.work / f"keys.{form.value}"))
        asked.add(f"work/keys.{form.value}")
    day.vapid("export", "--format", "env", "--style", "mastodon", "--output", "-", asked="printed.env")
    encrypted = ["--format", "pkcs8", "--passphrase-file", secret_file, "--output", str(day.work / "encrypted.pem")]
    day.vapid("export", *encrypted)
    expected["first"] = asked | {"work/printed.env"}

    second = VapidKeys.generate()
    day.hidden.append(private_key("second", second))
    named = day.write("second.json", write_keys(second, KeyFormat.JSON))
    day.vapid("import", named, "--label", "from node")
    day.vapid("keep", "--in", "keyring", "--key", second.fingerprint)
    expected["second"] = {"work/second.json", "keyring.json"}

    send = arguments(Town(day.work / "push.db", sandbox), "--all", "--title", "Hi", "--keep-payload", "--json")
    day.verb(*send, code=1)
    day.vapid("check", "--json", code=None)
    token = day.write("token.txt", Authorizations(first, SUBJECT).header(sandbox.origin))
    day.vapid("check", "--token-file", token)
    # By mistake, each of them.
    day.vapid("check", "--token-file", str(day.work / "keys.raw"), code=1)
    mixed = {"publicKey": second.public_key, "privateKey": first.private_key}
    day.vapid("import", day.write("mixed.json", json.dumps(mixed)), code=2)
    day.vapid("import", day.write("cut.txt", f"private key: {first.private_key[:-2]}"), code=2)
    day.vapid("import", first.private_key, code=2)
    day.vapid("export", "--format", "pem", "--output", str(day.work / "keys.pem"), code=2)
    day.vapid("import", str(day.work / "encrypted.pem"), "--passphrase-file", other_file, code=2)
    day.vapid("import", str(day.work / "encrypted.pem"), "--passphrase", PASSPHRASE, code=2)
    expected["first"] |= {"work/mixed.json", "work/cut.txt"}

    # Out of the database.
    kept = ["--in", "file", "--key-file", str(day.work / "kept.pem"), "--passphrase-file", secret_file]
    day.vapid("keep", *kept)
    expected["first"] -= {"work/push.db"}
    expected["auth"] = {"work/push.db"}
    look([day.work.parent], day, expected)
    day.vapid("show")
    day.verb(*send, code=2)
    day.verb(*send, "--passphrase-file", secret_file, code=1)
    day.vapid("export", "--format", "jwk", "--output", str(day.work / "no.jwk"), code=2)

    # Another one in force, and back.
    with closing(Store.open(day.url)) as store:
        count = store.subscriptions_count()
    rotate = ["--delete-subscriptions", str(count), "--backup", str(day.work / "backup.db"), "--keep-in", "keyring"]
    rotated = json.loads(day.vapid("rotate", *rotate, "--unlock-passphrase-file", secret_file, "--json"))
    day.keep_secret("third", rotated["public_key"])
    expected["third"] = {"keyring.json"}
    expected["first"] |= {"work/backup.db"}
    # The pages of subscriptions that are gone are for new ones: what stood there may stay until then.
    expected["auth"] |= {"work/backup.db"}
    left = found([day.work.parent], day)
    assert {**left, "auth": left["auth"] | {"work/push.db"}} == expected
    day.vapid("undo-rotation")
    (active, *_) = json.loads(day.vapid("show", "--json"))["pairs"]
    assert active["public_key"] == first.public_key
    # Where that of the pair was which is active no more.
    assert active["home"] == "keyring"
    expected["first"] |= {"keyring.json"}
    return expected


def pem_of(day: Day) -> bytes:
    return (day.work / "keys.pem").read_bytes()

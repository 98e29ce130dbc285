"""The demo's database: people and subscriptions that nobody has, on a push service with every temper.

Runs on: any
"""

import random
import tempfile
from pathlib import Path
from typing import Final

from webpush_admin.backend.opening import Opening
from webpush_admin.sandbox.process import Sandbox
from webpush_admin.sandbox.records import Temper
from webpush_admin.store.store import Store

SUBJECT: Final = "mailto:ops@webpush-admin.example"

TEMPERS: Final = {
    Temper.CREATED: 71,
    Temper.GONE: 6,
    Temper.NOT_FOUND: 3,
    Temper.TOO_LARGE: 2,
    Temper.RATE_LIMITED: 3,
    Temper.SERVER_ERROR: 2,
    Temper.SLOW: 2,
    Temper.DROP: 2,
    Temper.MOZILLA_401_KEY: 2,
    Temper.FCM_403_KEY: 2,
    Temper.APPLE_403_JWT: 2,
    Temper.WNS_201_DROPPED: 1,
}
BROKEN: Final = 2
"""Rows as a column that is too short leaves them: refused before they are sent."""

NAMES: Final = (
    "Ada Lovelace", "Alan Turing", "Anita Borg", "Annie Easley", "Barbara Liskov", "Betty Holberton",
    "Carol Shaw", "Claude Shannon", "Dennis Ritchie", "Donald Knuth", "Dorothy Vaughan", "Edsger Dijkstra",
    "Elizabeth Feinler", "Evelyn Boyd Granville", "Frances Allen", "Frances Spence", "Grace Hopper", "Hedy Lamarr",
    "Ida Rhodes", "Jean Bartik", "Jean Sammet", "Joan Clarke", "John Backus", "Karen Spärck Jones",
    "Katherine Johnson", "Ken Thompson", "Kathleen Booth", "Lynn Conway", "Margaret Hamilton", "Marlyn Meltzer",
    "Mary Jackson", "Mary Kenneth Keller", "Niklaus Wirth", "Radia Perlman", "Ruth Teitelbaum", "Shafi Goldwasser",
    "Sophie Wilson", "Stephanie Shirley", "Tim Berners-Lee", "<b>Zoë</b> O’Hara",
)  # fmt: skip

_WEBKIT: Final = "AppleWebKit/537.36 (KHTML, like Gecko)"
_SAFARI: Final = "AppleWebKit/605.1.15 (KHTML, like Gecko)"

BROWSERS: Final = (
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/141.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {_WEBKIT} Chrome/141.0.0.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_SAFARI} Version/18.4 Safari/605.1.15",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) {_SAFARI} Version/18.4 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
)


def make_demo() -> Opening:
    """Start a sandbox and fill a database in a folder of its own; both end with the session. Blocks.

    Raises:
        PushError: The sandbox cannot be started, or the folder cannot be written.
    """
    sandbox = Sandbox.start()
    folder = Path(tempfile.mkdtemp(prefix="webpush-admin-demo-"))
    opening = Opening(f"sqlite:///{folder / 'demo.db'}", create=True, subject=SUBJECT, sandbox=sandbox, folder=folder)
    try:
        store = Store.open(opening.url)
        try:
            _fill(store, sandbox)
        finally:
            store.close()
    except BaseException:
        opening.discard()
        raise
    return opening


def _fill(store: Store, sandbox: Sandbox) -> None:
    chance = random.Random(7)  # noqa: S311 - the same people every time; nothing here is secret
    users = [store.add_user(name) for name in NAMES]
    tempers = [temper for temper, count in TEMPERS.items() for _ in range(count)] + [Temper.CREATED] * BROKEN
    chance.shuffle(tempers)
    key = store.vapid_keys().public_key
    made = sandbox.create_subscriptions(tempers, application_server_key=key)
    # Everybody has one; the others go where chance takes them.
    owners = users + chance.choices(users, k=len(made) - len(users))
    healthy = [index for index, subscription in enumerate(made) if subscription.temper is Temper.CREATED]
    broken = set(healthy[-BROKEN:])
    for index, (owner, subscription) in enumerate(zip(owners, made, strict=True)):
        store.add_subscription(
            owner.id,
            endpoint=subscription.endpoint,
            p256dh=subscription.p256dh[:64] if index in broken else subscription.p256dh,
            auth=subscription.auth,
            user_agent=chance.choice(BROWSERS),
        )

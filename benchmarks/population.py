"""Who is in a database of the benchmarks: names, browsers with the push services that they use, endpoints, and keys.

Runs on: any
"""

import base64
import hashlib
from dataclasses import dataclass
from random import Random
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from webpush_admin.push.vapid import VapidKeys, to_base64url

KEY_PAIRS: Final = 4096
"""So many are made: row n has the pair n modulo this."""

_ORDER_OF_P256: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

_WNS_HOSTS: Final = tuple(f"wns2-{place}p.notify.windows.com" for place in ("am3", "bl2", "db5", "par02", "pn1", "sg2"))
_UNKNOWN_HOSTS: Final = (
    "ntfy.example.org",
    "push.example.com",
    "up.conversations.example.net",
    "autopush.intranet.example.org",
    "web-push.gateway.example.com:8443",
)

_CHROME: Final = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0"
_WINDOWS: Final = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
_MAC: Final = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
_LINUX: Final = "Mozilla/5.0 (X11; Linux x86_64)"
_ANDROID: Final = "Mozilla/5.0 (Linux; Android 10; K)"
_IPHONE: Final = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_IPAD: Final = "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"

_FIRST_NAMES: Final = """
Ada Agnès Aiko Alejandra Amina Anders Andrea Anna Arturo Åsa Ayşe Beatriz Björn Camille Carlos Chiara Chloé
Daniel Dmitri Elena Elif Emil Emma Erik Fatima Felix Florian François Freja Giulia Grace Hana Hans Hugo Ines
Ivan Jakub Jana João José Julia Kateřina Kenji Kofi Lars Laura Léa Leon Lucía Łukasz Maja Marco María Marta
Mateo Mehmet Mia Mohamed Nadia Niamh Nils Noah Nora Olga Oliver Omar Paul Pedro Petra Priya Rania Ravi Rosa
Samuel Sara Sean Sofia Søren Stefan Şirin Tariq Theo Tomás Ulrike Valentina Vera Viktor Wei William Xin Yara
Yusuf Zoë Zuzana Юлия Иван Ольга Дмитрий Αθηνά Γιώργος 美咲 健太 伟 芳 지민 서연 نور יעל
"""
_LAST_NAMES: Final = """
Abebe Almeida Andersson Andrade Bakker Bauer Becker Bernard Bianchi Brown Čapek Castro Chen Costa Cruz Da-
Silva Dąbrowski Dubois Eriksson Esposito Evans Fernández Fischer Fontaine Fujita García Gómez González Grøn
Gruber Gupta Haddad Hansen Hernández Hoffmann Horváth Huber Ivanov Jansen Jensen Johnson Jones Kaya Keller
Khan Kim Klein Koch Kovács Kowalski Krüger Kumar Larsen Le-Gall Lee Lefèvre Li Lima Lindqvist López Ludwig
Mäkinen Marino Martin Mazur Meyer Moreau Müller Mwangi Nakamura Nguyen Nielsen Novák Nowak O'Brien Okafor
Oliveira Öztürk Papadopoulos Patel Pereira Petrov Popescu Ramos Rasmussen Ricci Rivera Rodríguez Rossi Roux
Ruiz Sánchez Santos Sato Schäfer Schmidt Schneider Schulz Silva Singh Smirnova Smith Suzuki Svensson Takahashi
Tanaka Taylor Torres Tóth Vargas Varga Virtanen Wagner Wang Weber Williams Wilson Wójcik Wolf Yamamoto Yılmaz
Young Zhang Zimmermann Žižka Иванов Кузнецова Παπαδάκης 田中 佐藤 王 李 김 박 حسن כהן
"""


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser on a system.

    Attributes:
        service: Key of `ENDPOINTS`.
        weight: How common it is among users.
        agent: Its user agent with a place for the version.
        versions: Those in use.
    """

    service: str
    weight: int
    agent: str
    versions: tuple[str, ...]

    @property
    def agents(self) -> tuple[str, ...]:
        """Its user agents."""
        return tuple(self.agent.replace("{}", version) for version in self.versions)


_CHROMES: Final = ("138", "140", "141")
_FIREFOXES: Final = ("128.0", "142.0", "144.0")

BROWSERS: Final = (
    Browser("fcm", 22, f"{_ANDROID} {_CHROME} Mobile Safari/537.36", _CHROMES),
    Browser("fcm", 20, f"{_WINDOWS} {_CHROME} Safari/537.36", _CHROMES),
    Browser("apple", 12, f"{_IPHONE} Version/{{}} Mobile/15E148 Safari/604.1", ("16.4", "17.6", "18.6")),
    Browser("fcm", 8, f"{_MAC} {_CHROME} Safari/537.36", _CHROMES),
    Browser(
        "mozilla",
        8,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{}) Gecko/20100101 Firefox/{}",
        _FIREFOXES,
    ),
    Browser("wns", 7, f"{_WINDOWS} {_CHROME} Safari/537.36 Edg/{{}}.0.0.0", _CHROMES),
    Browser(
        "fcm",
        6,
        f"{_ANDROID} AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/{{}} Chrome/136.0.0.0 Mobile Safari/537.36",
        ("27.0", "28.0"),
    ),
    Browser("mozilla", 4, "Mozilla/5.0 (X11; Linux x86_64; rv:{}) Gecko/20100101 Firefox/{}", _FIREFOXES),
    Browser("mozilla", 4, "Mozilla/5.0 (Android 15; Mobile; rv:{}) Gecko/{} Firefox/{}", ("142.0", "144.0")),
    Browser(
        "apple",
        4,
        f"{_MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{{}} Safari/605.1.15",
        ("16.6", "17.6", "18.6"),
    ),
    Browser("fcm", 3, f"{_LINUX} {_CHROME} Safari/537.36", _CHROMES),
    Browser("mozilla", 2, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:{}) Gecko/20100101 Firefox/{}", _FIREFOXES),
    Browser("fcm", 2, f"{_WINDOWS} {_CHROME} Safari/537.36 OPR/122.0.0.0", ("138",)),
    Browser("fcm", 2, f"{_ANDROID} {_CHROME} Mobile Safari/537.36 OPR/91.0.0.0", ("138", "140")),
    Browser("fcm", 2, f"{_ANDROID} {_CHROME} Mobile Safari/537.36 EdgA/{{}}.0.0.0", ("140", "141")),
    Browser("fcm", 2, "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " + f"{_CHROME} Safari/537.36", _CHROMES),
    Browser("wns", 1, f"{_MAC} {_CHROME} Safari/537.36 Edg/{{}}.0.0.0", ("140", "141")),
    Browser("apple", 1, f"{_IPAD} Version/{{}} Mobile/15E148 Safari/604.1", ("17.6", "18.6")),
    Browser("fcm", 1, f"{_MAC} {_CHROME} Safari/537.36 OPR/122.0.0.0", ("138",)),
    Browser("fcm", 1, f"{_WINDOWS} {_CHROME} Safari/537.36 Vivaldi/7.6", ("140",)),
)
"""As many as a user can have without two of the same browser."""


class Endpoints:
    """Makes endpoints as long as those of the services, each only once."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def at(self, service: str) -> str:
        """Return an endpoint at "fcm", "mozilla", "apple", "wns" or, for anything else, at an unknown host."""
        if service == "fcm":
            return f"https://fcm.googleapis.com/fcm/send/{self._token(8)}:APA91b{self._token(100)}"
        if service == "mozilla":
            return f"https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB{self._token(132)}"
        if service == "apple":
            return f"https://web.push.apple.com/Q{self._token(self._random.randrange(96, 150))}"
        if service == "wns":
            host = self._random.choice(_WNS_HOSTS)
            return f"https://{host}/w/?token=BQYAAA{self._token(120)}%3d"
        return f"https://{self._random.choice(_UNKNOWN_HOSTS)}/up{self._token(24)}?up=1"

    def removed(self) -> str:
        """Return what Chrome answers with for a subscription that is gone for good."""
        return f"https://permanently-removed.invalid/fcm/send/{self._token(8)}:APA91b{self._token(100)}"

    def auth(self) -> str:
        """Return an authentication secret: 16 bytes."""
        return self._token(16)

    def _token(self, count: int) -> str:
        return to_base64url(self._random.randbytes(count))


class Names:
    """Makes names of people, most of them once or twice, in several scripts."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._first = _FIRST_NAMES.split()
        self._last = _LAST_NAMES.split()

    def one(self, number: int) -> str:
        """Return the name of the user with this number."""
        random = self._random
        first, last = random.choice(self._first), random.choice(self._last)
        if number % 50 == 7:
            # Two of a hundred are told apart by nothing but their ids.
            return "Guest"
        kind = number % 10
        if kind == 3:
            return f"{first.lower()}.{last.lower()}{number}@example.org"
        if kind == 6:
            return f"{last}, {first} ({number:05})"
        return f"{first} {random.choice('ABCDEFGHIJKLMNOPRSTVWZ')}. {last}"


def key_pair(seed: int, number: int) -> VapidKeys:
    """Return a pair on P-256 that the seed and a number decide; its public half is also what a browser would send."""
    digest = hashlib.sha256(f"webpush-admin benchmark {seed} {number}".encode()).digest()
    scalar = int.from_bytes(digest, "big") % (_ORDER_OF_P256 - 1) + 1
    point = ec.derive_private_key(scalar, ec.SECP256R1()).public_key()
    encoded = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return VapidKeys(to_base64url(encoded), to_base64url(scalar.to_bytes(32, "big")))


def off_curve(p256dh: str) -> str:
    """Return the encoding of no point: another y."""
    encoded = bytearray(base64.urlsafe_b64decode(p256dh + "="))
    encoded[-1] ^= 1
    return to_base64url(bytes(encoded))


def orders(random: Random, count: int) -> list[tuple[int, ...]]:
    """Return orders in which users come by their browsers: the common ones first, mostly."""
    return [
        tuple(
            sorted(
                range(len(BROWSERS)), key=lambda number: random.random() ** (1 / BROWSERS[number].weight), reverse=True
            )
        )
        for _ in range(count)
    ]

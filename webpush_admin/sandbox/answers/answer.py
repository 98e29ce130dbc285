"""What an endpoint answers to a well-formed push, as data.

Runs on: any
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TemperAnswer:
    """One answer.

    Attributes:
        status: HTTP status, None where no answer is given and the connection is closed.
        body: What a failure says.
        headers: Beside Location and TTL, which every 201 carries.
        delay_s: Seconds before the answer.
        raw: Written before the connection is closed, where there is no status.
        imitates: The service whose words these are: "mozilla", "fcm", "apple" or "wns"; "" for nobody's. The answer
            says so in a header, since everything here has the same host.
    """

    status: int | None
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    delay_s: float = 0.0
    raw: bytes = b""
    imitates: str = ""

"""What goes wrong where no answer comes, or comes late.

Runs on: any
"""

from typing import Final

from webpush_admin.sandbox.answers.answer import TemperAnswer
from webpush_admin.sandbox.records import Temper

FAULTS: Final[dict[Temper, TemperAnswer]] = {
    Temper.SLOW: TemperAnswer(201, delay_s=2.0),
    Temper.SILENT: TemperAnswer(None, delay_s=30.0),
    Temper.DROP: TemperAnswer(None),
    Temper.NOT_HTTP: TemperAnswer(None, raw=b"SSH-2.0-OpenSSH_9.2p1\r\n"),
}

"""What an endpoint answers to a well-formed push, per temper, in the order in which an operator chooses them.

Runs on: any
"""

from typing import Final

from webpush_admin.sandbox.answers.answer import TemperAnswer
from webpush_admin.sandbox.answers.any_service import ANY_SERVICE
from webpush_admin.sandbox.answers.apple import APPLE
from webpush_admin.sandbox.answers.faults import FAULTS
from webpush_admin.sandbox.answers.fcm import FCM
from webpush_admin.sandbox.answers.mozilla import MOZILLA
from webpush_admin.sandbox.answers.wns import WNS
from webpush_admin.sandbox.records import Temper

GROUPS: Final = (ANY_SERVICE, FAULTS, MOZILLA, FCM, APPLE, WNS)

ANSWERS: Final[dict[Temper, TemperAnswer]] = {temper: answer for group in GROUPS for temper, answer in group.items()}

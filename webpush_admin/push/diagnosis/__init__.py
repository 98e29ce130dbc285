"""What an answer means, why a service gives it and what to do: rules that are data, one file per push service.

Runs on: any
"""

from webpush_admin.push.diagnosis.alike import AnsweredAlike, told_alike
from webpush_admin.push.diagnosis.diagnose import (
    IMITATES,
    RULES,
    diagnose,
    diagnosis_called,
    gone_for_good,
    rule_service,
)

__all__ = [
    "IMITATES",
    "RULES",
    "AnsweredAlike",
    "diagnose",
    "diagnosis_called",
    "gone_for_good",
    "rule_service",
    "told_alike",
]

"""The pages of the live view, for whoever leads to one of them.

Runs on: any
"""

from enum import Enum


class LivePlace(Enum):
    """A page; the value is its objectName, and what the settings remember."""

    CACHE = "cache_page"
    SERVICES = "services_page"
    PRUNED = "pruned_page"
    EVENTS = "events_page"
    TOTALS = "totals_page"
    TUNING = "tuning_page"

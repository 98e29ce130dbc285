"""Web Push without Qt and without SQL: records, cache, transport and the cached dispatcher.

The names are loaded when they are asked for: a record costs neither pywebpush nor pycurl.

Runs on: any
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from webpush_admin.push.answer import Delivery, DispatchReport, Outcome
    from webpush_admin.push.disabled import DisabledDispatcher
    from webpush_admin.push.dispatcher import Dispatcher
    from webpush_admin.push.errors import DispatchError
    from webpush_admin.push.message import Action, Message
    from webpush_admin.push.policy import EndpointPolicy
    from webpush_admin.push.stats import CacheStats
    from webpush_admin.push.subscription import Subscription
    from webpush_admin.push.vapid import VapidKeys

__all__ = [
    "Action",
    "CacheStats",
    "Delivery",
    "DisabledDispatcher",
    "DispatchError",
    "DispatchReport",
    "Dispatcher",
    "EndpointPolicy",
    "Message",
    "Outcome",
    "Subscription",
    "VapidKeys",
]

_HOMES: Final = {
    "Action": "message",
    "CacheStats": "stats",
    "Delivery": "answer",
    "DisabledDispatcher": "disabled",
    "DispatchError": "errors",
    "DispatchReport": "answer",
    "Dispatcher": "dispatcher",
    "EndpointPolicy": "policy",
    "Message": "message",
    "Outcome": "answer",
    "Subscription": "subscription",
    "VapidKeys": "vapid",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)

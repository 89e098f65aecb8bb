"""Which problem an exception is, for whoever asked. Texts that are for our operators stay in the log."""

import logging

from sqlalchemy.exc import InterfaceError, OperationalError
from temporalio.service import RPCError

from starter.desk.errors import (
    ActPending,
    ActRefused,
    DeskError,
    IdTaken,
    InvalidContract,
    InvalidOrder,
    KeysDiffer,
    NotFound,
    OrderRejected,
    ReceiptPending,
)
from starter.desk.handing.errors import NotHandedOver
from starter.gateway.problems.answers import Refused
from starter.gateway.problems.kinds import KINDS
from storage.base.requests import OrderErased
from storage.base.unavailable import DatabaseUnavailable
from storage.contracts.bundles import AlreadyPublished

AWAY = "repeat it in a moment: it could not be worked on now, and nothing is done twice"
_AWAY = (DatabaseUnavailable, RPCError, TimeoutError, KeysDiffer, OperationalError, InterfaceError)
EXPECTED: tuple[type[Exception], ...] = (Refused, DeskError, AlreadyPublished, OrderErased, *_AWAY)
"""What a request may end in without anything being wrong here."""

log = logging.getLogger("starter.gateway")


def refusal_of(error: Exception) -> Refused:
    """The problem that an exception is."""
    match error:
        case Refused():
            return error
        case InvalidOrder():
            return Refused("invalid_order", str(error), errors=error.problems)
        case InvalidContract():
            return Refused("invalid_contract", str(error), errors=error.problems)
        case OrderRejected():
            code = error.code if error.code in KINDS else "act_refused"
            return Refused(code, str(error), component=error.component)
        case IdTaken():
            return Refused("idempotency_key_conflict", str(error))
        case NotHandedOver():
            return Refused("not_handed_over", str(error))
        case ActRefused() | OrderErased():
            return Refused("act_refused", str(error))
        case AlreadyPublished():
            return Refused("already_published", str(error))
        case NotFound():
            return Refused("not_found", "there is no such thing of yours")
        case ActPending() | ReceiptPending():
            return Refused("act_pending", "it was handed over, and nobody has done it yet")
    if isinstance(error, _AWAY):
        log.warning("a request has to be repeated: %s", type(error).__name__)
        return Refused("unavailable", AWAY)
    if isinstance(error, DeskError):
        return Refused("act_refused", str(error))
    return Refused("unexpected", "it is in our log; repeating the request is safe")

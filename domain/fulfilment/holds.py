"""Why deliveries are held, and what each reason means: one row of one table.

Whoever holds a delivery names the reason. Whoever asks what follows from it (is it tried again, until when,
who ends it, what wakes it) asks the table, so that a new reason is a row here and its words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from domain.fulfilment.waits import LONGEST_DISPUTE, for_people, held_until


class HoldReason(StrEnum):
    """Why a delivery waits for something or somebody."""

    RISK_REVIEW = "risk_review"
    PAYMENT = "payment"
    ACCOUNT_NOT_BOUND = "account_not_bound"
    OUT_OF_STOCK = "out_of_stock"
    SUPPLIER_UNAVAILABLE = "supplier_unavailable"
    SUPPLIER_BALANCE = "supplier_balance"
    MARGIN_GUARD = "margin_guard"
    DUPLICATE_CREDENTIAL = "duplicate_credential"
    NEEDS_ATTENTION = "needs_attention"
    BY_OPERATOR = "by_operator"


class EndedBy(StrEnum):
    """Who or what ends a hold before its deadline."""

    SUPPLIER = "supplier"
    """Its cause passes there."""
    BUYER = "buyer"
    """By an account."""
    CHANNEL = "channel"
    """By the payment."""
    PERSON = "person"
    """By a verb of support."""


class Window(StrEnum):
    """By which rule a hold's deadline is found."""

    CONTRACT = "contract"
    """As long as its bundle says, from now on."""
    PEOPLE = "people"
    """At least as long as a person needs, from the delivery's instant on where that is still to come."""
    DISPUTE = "dispute"
    """As for people, and at least as long as a payment may be disputed."""
    ACCOUNT = "account"
    """As long as the buyer has to name the account (`storage.standing.accounts`)."""


class Sign(StrEnum):
    """What shows that the cause of a hold is over, and lets it go on before its time."""

    STOCK = "stock"
    """The product can be had again."""
    SALE = "sale"
    """The supplier sells to us again."""
    ANSWER = "answer"
    """The supplier answers again."""


@dataclass(frozen=True, kw_only=True)
class Hold:
    """What follows from a reason."""

    ended_by: EndedBy
    window: Window = Window.CONTRACT
    retried: bool = False
    """It is tried again by itself, after ever longer waits."""
    woken_by: Sign | None = None
    by_pause: bool = False
    """Its order as a whole can be paused for it, and letting that go on ends it."""
    early: bool = False
    """It may begin before the delivery is due, and is not given up before."""
    unclear: bool = False
    """It names no cause: a person is to find that out."""
    hopeless: bool = False
    """Going on as it was would end the same way."""
    readdressed: bool = False
    """Another account lets it go on."""


HOLDS: Mapping[HoldReason, Hold] = MappingProxyType(
    {
        HoldReason.RISK_REVIEW: Hold(ended_by=EndedBy.PERSON, window=Window.PEOPLE),
        HoldReason.PAYMENT: Hold(ended_by=EndedBy.CHANNEL, window=Window.DISPUTE, by_pause=True),
        HoldReason.ACCOUNT_NOT_BOUND: Hold(ended_by=EndedBy.BUYER, window=Window.ACCOUNT, readdressed=True),
        HoldReason.OUT_OF_STOCK: Hold(ended_by=EndedBy.SUPPLIER, retried=True, woken_by=Sign.STOCK),
        HoldReason.SUPPLIER_UNAVAILABLE: Hold(ended_by=EndedBy.SUPPLIER, retried=True, woken_by=Sign.ANSWER),
        HoldReason.SUPPLIER_BALANCE: Hold(ended_by=EndedBy.SUPPLIER, retried=True, woken_by=Sign.SALE),
        HoldReason.MARGIN_GUARD: Hold(ended_by=EndedBy.PERSON),
        HoldReason.DUPLICATE_CREDENTIAL: Hold(ended_by=EndedBy.PERSON, hopeless=True),
        HoldReason.NEEDS_ATTENTION: Hold(ended_by=EndedBy.PERSON, early=True, unclear=True, readdressed=True),
        HoldReason.BY_OPERATOR: Hold(
            ended_by=EndedBy.PERSON, window=Window.PEOPLE, by_pause=True, early=True
        ),
    }
)


def _where(asked: Callable[[Hold], bool]) -> frozenset[HoldReason]:
    return frozenset(reason for reason, hold in HOLDS.items() if asked(hold))


RETRIED = _where(lambda hold: hold.retried)
FOR_AN_ACCOUNT = _where(lambda hold: hold.ended_by is EndedBy.BUYER)
FOR_THE_PAYMENT = _where(lambda hold: hold.ended_by is EndedBy.CHANNEL)
BY_A_PAUSE = _where(lambda hold: hold.by_pause)
BY_A_PERSON = _where(lambda hold: hold.by_pause and hold.ended_by is EndedBy.PERSON)
"""Because somebody asked for it: of one delivery, or of the whole order."""
EARLY = _where(lambda hold: hold.early)
UNCLEAR = _where(lambda hold: hold.unclear)
HOPELESS = _where(lambda hold: hold.hopeless)
READDRESSED = _where(lambda hold: hold.readdressed)
FROM_THE_INSTANT = _where(lambda hold: hold.window is Window.PEOPLE)
"""Holds whose time counts from the delivery's instant, also where that is found only later."""


def woken_by(*signs: Sign) -> frozenset[HoldReason]:
    """The holds that one of these signs lets go on."""
    return _where(lambda hold: hold.woken_by in signs)


def window_of(reason: HoldReason, contract: timedelta) -> timedelta:
    """How long a hold waits, where its bundle says `contract`."""
    return for_people(contract) if HOLDS[reason].window in (Window.PEOPLE, Window.DISPUTE) else contract


def deadline_of(
    reason: HoldReason, contract: timedelta, now: datetime, due_at: datetime | None, standing: datetime | None
) -> datetime:
    """When a hold ends that begins now; `standing` is the deadline that it has already."""
    deadline = standing or held_until(now, window_of(reason, contract), due_at)
    return max(deadline, now + LONGEST_DISPUTE) if HOLDS[reason].window is Window.DISPUTE else deadline

"""Aftercare: what a case can be about, what it does, and when one may be opened: one row of one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.fulfilment.states import DeliveryState


class CaseKind(StrEnum):
    """Why a closed delivery is taken up again.

    `reversal`: its supplier may have taken it back. `reissue`: the buyer is to get another one. `returned`:
    it is revoked and refunded. `replacement`: another one is bought at our cost, since it cannot be used.
    `goodwill`: it is refunded, and the buyer keeps it. `refund_failed`: the channel could not move the money.
    """

    REVERSAL = "reversal"
    REISSUE = "reissue"
    RETURNED = "returned"
    REPLACEMENT = "replacement"
    GOODWILL = "goodwill"
    REFUND_FAILED = "refund_failed"


@dataclass(frozen=True, kw_only=True)
class CaseRule:
    """What follows from a kind."""

    asked_for: bool = False
    """Only a person opens it; the others follow from what a supplier or a channel says."""
    revokes: bool = False
    """The supplier is to take back what it sold, before anything else."""
    buys_again: bool = False
    """Another one is bought."""
    writes_off: bool = False
    """What was there is given up as of no use, and stays with the buyer."""
    pays_back: bool = False
    """What was paid for it is owed, although the buyer keeps it."""


CASES: Mapping[CaseKind, CaseRule] = MappingProxyType(
    {
        CaseKind.REVERSAL: CaseRule(),
        CaseKind.REISSUE: CaseRule(asked_for=True, revokes=True, buys_again=True),
        CaseKind.RETURNED: CaseRule(asked_for=True, revokes=True),
        CaseKind.REPLACEMENT: CaseRule(asked_for=True, buys_again=True, writes_off=True),
        CaseKind.GOODWILL: CaseRule(asked_for=True, pays_back=True),
        CaseKind.REFUND_FAILED: CaseRule(),
    }
)


@dataclass(frozen=True, kw_only=True)
class CaseTarget:
    """A delivery as a case is to take it up."""

    state: DeliveryState
    by_hand: bool = False
    """A person delivered what stands, so there is no supplier to ask or to take it back."""
    revocable: bool = True
    """What stands was bought where it can be taken back."""
    revealed: bool = False
    """Its buyer has seen it, and only until then it could be taken back."""
    paused: bool = False
    """Nothing would be bought for its order now."""
    payment_gone: bool = False
    """The buyer's bank has its order's payment back."""
    paid_back: bool = False
    """Nothing is left of what was paid for it."""
    unusable: bool = False
    """Somebody made sure that it cannot be used."""


def case_refusal(kind: CaseKind, it: CaseTarget) -> str | None:
    """Why no case of this kind can be opened about a delivery; None when it can."""
    case = CASES[kind]
    if kind is CaseKind.REFUND_FAILED:
        return None
    if it.state is not DeliveryState.DELIVERED:
        return f"the delivery is {it.state}, and a case is about what was delivered"
    if case.asked_for and it.paid_back:
        return "all that was paid for it was paid back, and the buyer keeps it"
    if it.by_hand and (case.revokes or not case.asked_for):
        return "it was delivered by hand: no supplier can take it back"
    if case.revokes and (it.revealed or not it.revocable):
        why = "its buyer has seen it" if it.revealed else "its supplier takes nothing back"
        return (
            f"{why}: replace buys another one at our cost where it cannot be used, "
            "goodwill pays it back and leaves it with the buyer"
        )
    if case.pays_back and it.payment_gone:
        return "its payment was taken back, so nothing is owed for it"
    if case.writes_off and it.paused:
        return "its order is paused, so no other one would be bought"
    if case.writes_off and not it.unusable:
        return "only what cannot be used is bought again at our cost: find that out, and say --unusable"
    return None

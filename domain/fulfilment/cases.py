"""Aftercare: what a case can be about, and when one may be opened."""

from enum import StrEnum

from domain.fulfilment.states import DeliveryState


class CaseKind(StrEnum):
    """Why a closed delivery is taken up again.

    `reversal`: its supplier may have taken it back. `reissue`: the buyer is to get another one. `returned`:
    it is revoked and refunded. `refund_failed`: the channel could not move the money.
    """

    REVERSAL = "reversal"
    REISSUE = "reissue"
    RETURNED = "returned"
    REFUND_FAILED = "refund_failed"


ASKED_FOR = frozenset({CaseKind.REISSUE, CaseKind.RETURNED})
"""What only a person opens; the others follow from what a supplier or a channel reports."""


def case_refusal(kind: CaseKind, state: DeliveryState, *, by_hand: bool) -> str | None:
    """Why no case of this kind can be opened about a delivery; None when it can.

    `by_hand`: a person delivered it, so there is no supplier to ask or to take it back.
    """
    if kind is CaseKind.REFUND_FAILED:
        return None
    if state is not DeliveryState.DELIVERED:
        return f"the delivery is {state}, and a case is about what was delivered"
    if by_hand:
        return "it was delivered by hand: no supplier can take it back"
    return None

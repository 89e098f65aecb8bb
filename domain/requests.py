"""What a run asks of its activities about one delivery, and what they reply."""

from datetime import datetime

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState
from domain.messages import Message, OrderResult
from domain.notes.note import Note


class DeliveryRequest(Message):
    """Base of all requests: which delivery they are about."""

    order_id: str
    delivery_id: str


class KnowingRequest(DeliveryRequest):
    """A request that says where the run that asks has the delivery: the book may know more or less."""

    known: Snapshot


class CallRequest(KnowingRequest):
    """A request to call the supplier of one of the delivery's offers."""

    offer: int
    known_beside: int | None = None
    """How many changes of the other deliveries the order's run knows of; None in a request of a case."""


class SubmitRequest(CallRequest):
    """To buy a delivery from one of its offers."""


class CheckRequest(CallRequest):
    """To ask about the open attempt at one of its offers."""

    giving_up: bool
    """The order no longer wants it: an order the supplier does not know is closed, not sent again."""


class RevokeRequest(DeliveryRequest):
    """To take a delivery back at its supplier."""

    case: int
    """The number of the case that asks; 0 for the order's run."""


class VerifyRequest(DeliveryRequest):
    """To ask whether a delivery still stands."""

    asked: int
    """How often this verification was asked before."""


class HoldRequest(DeliveryRequest):
    """To hold a delivery, and why. The note is shown to people."""

    reason: HoldReason
    note: Note


class ResumeRequest(KnowingRequest):
    """To let a held delivery go on."""


class GiveUpRequest(KnowingRequest):
    """To close a delivery that will not be delivered."""

    reason: Note | None = None
    """Shown to people; None: what was said of it last."""
    ran_out: bool
    """Its time ran out, and nobody decided so."""


class RememberRequest(KnowingRequest):
    """To complete a restored book by what the run knows of a delivery."""


class Reply(Message):
    """Where a delivery stands after a request, and what the run that asked is to know beside."""

    delivery: Snapshot
    unresolved: bool = False
    """A purchase may have sold it, so it could not be given up: its instant counts though nobody wants it."""
    restored: bool = False
    """The book had less than the run knew, and was completed; more of this order may be missing in it."""
    cancelled: bool = False
    """Somebody cancelled the order, which its run may not have heard of yet."""
    settled: OrderResult | None = None
    """How the order ended, where this was its last delivery and nothing else is left to settle."""


class Revocation(Message):
    """What became of taking a delivery back. `check_at` is set while the supplier still decides."""

    state: DeliveryState
    note: Note | None = None
    check_at: datetime | None = None
    offer: int | None = None
    """The offer that it was bought from, where the supplier of another one was to be asked: nothing was."""

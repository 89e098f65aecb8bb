"""The activities as the workflows know them: names, inputs and results, without what implements them.

`activities` subclasses these, so mypy holds both sides to one signature; importing this module loads neither
httpx nor sqlalchemy.
"""

from temporalio import activity

from domain.fulfilment.snapshot import Snapshot
from domain.messages import (
    Acceptance,
    Acted,
    CaseBrief,
    CaseRef,
    CaseResult,
    Due,
    Gated,
    GateRef,
    OrderActed,
    OrderRef,
    OrderResult,
    Page,
    PageRef,
    PauseRef,
    PlaceOrder,
    Swept,
    VerificationBatch,
)
from domain.requests import (
    CheckRequest,
    GiveUpRequest,
    HoldRequest,
    RememberRequest,
    Reply,
    ResumeRequest,
    Revocation,
    RevokeRequest,
    SubmitRequest,
    VerifyRequest,
)
from domain.verbs.human_act import HumanAct

SUPPLIER_UNREACHABLE = "supplier_unreachable"
"""Type of the failure of a call that never left this machine."""
ORDER_MISSING = "OrderMissing"
"""Type of the failure of an activity about an order that the book has not."""
RUN_ENDING = "run_ending"
"""Type of the error by which a run that goes on as a new one takes no more acts: ask the new one."""
NOT_READABLE = "not_readable"
"""Type of the failure of an input that a run cannot read."""
ACT_REFUSED = "act_refused"
"""Type of the failure of an act that is not possible as things stand."""


class OrderActivities:
    """Short, idempotent steps in the book; run as local activities."""

    @activity.defn
    async def accept(self, request: PlaceOrder) -> Acceptance:
        """Pin, seal, check limits, allocate, plan; or find what was decided before."""
        raise NotImplementedError

    @activity.defn
    async def recall(self, ref: OrderRef) -> Acceptance:
        """An accepted order as the book stands now, for a run that takes it over."""
        raise NotImplementedError

    @activity.defn
    async def page(self, ref: PageRef) -> Page:
        """More deliveries of an order that has many."""
        raise NotImplementedError

    @activity.defn
    async def look_at_gate(self, ref: GateRef) -> Gated:
        """Decide a component's gate, if that can be done by now."""
        raise NotImplementedError

    @activity.defn
    async def hold(self, request: HoldRequest) -> Snapshot:
        """Hold an open delivery."""
        raise NotImplementedError

    @activity.defn
    async def remember(self, request: RememberRequest) -> Snapshot:
        """Complete a restored book by what the run knows of a delivery."""
        raise NotImplementedError

    @activity.defn
    async def resume(self, request: ResumeRequest) -> Reply:
        """Let a held delivery go on."""
        raise NotImplementedError

    @activity.defn
    async def give_up(self, request: GiveUpRequest) -> Reply:
        """Close a delivery that will not be delivered, unless an attempt's fate is unknown."""
        raise NotImplementedError

    @activity.defn
    async def act(self, request: HumanAct) -> Acted:
        """Apply a person's act; non-retryable failure of type `act_refused` when it is not possible."""
        raise NotImplementedError

    @activity.defn
    async def act_on_order(self, request: HumanAct) -> OrderActed:
        """Apply a person's act on a whole order; failures as of `act`."""
        raise NotImplementedError

    @activity.defn
    async def end_pause(self, ref: PauseRef) -> OrderActed:
        """Let a paused order go on at the end of its pause, if it is paused until then still."""
        raise NotImplementedError

    @activity.defn
    async def settle(self, ref: OrderRef) -> OrderResult:
        """Close the order and decide its refund."""
        raise NotImplementedError

    @activity.defn
    async def begin_case(self, ref: CaseRef) -> CaseBrief:
        """A case as the book stands now."""
        raise NotImplementedError

    @activity.defn
    async def reopen(self, ref: CaseRef) -> Snapshot:
        """Let a delivery that a case revoked be bought again."""
        raise NotImplementedError

    @activity.defn
    async def close_case(self, ref: CaseRef) -> CaseResult:
        """Close a case and decide what is owed for its delivery."""
        raise NotImplementedError


class SupplierActivities:
    """Calls to one supplier connection; run on that connection's task queues."""

    @activity.defn
    async def submit(self, request: SubmitRequest) -> Reply:
        """Buy from the referenced offer; asks first where an attempt is already open."""
        raise NotImplementedError

    @activity.defn
    async def check(self, request: CheckRequest) -> Reply:
        """Ask what became of the open attempt."""
        raise NotImplementedError

    @activity.defn
    async def revoke(self, request: RevokeRequest) -> Revocation:
        """Take a delivered purchase back."""
        raise NotImplementedError

    @activity.defn
    async def verify(self, request: VerifyRequest) -> Snapshot:
        """Ask whether a delivered purchase still stands, and hold the delivery when it does not."""
        raise NotImplementedError

    @activity.defn
    async def verify_batch(self, due: VerificationBatch) -> VerificationBatch:
        """Ask about deliveries that are due for it, and return those that may not stand any more."""
        raise NotImplementedError


class SweepActivities:
    """Finding what nobody works on; runs on the orders queue."""

    @activity.defn
    async def adopt_lost_orders(self, last: Swept) -> Swept:
        """Give every open order and case without a running run a new one.

        `last`: what the sweep before this one returned. A book that has forgotten it was restored.
        """
        raise NotImplementedError

    @activity.defn
    async def due_for_verification(self) -> Due:
        """What suppliers are to be asked about again, by now."""
        raise NotImplementedError

    @activity.defn
    async def keep_running(self, last: Swept) -> Swept:
        """Bring back the runs of `workflows.sweep` and `workflows.verification` that ended or do not go on.

        `last`: what this returned the time before.
        """
        raise NotImplementedError

    @activity.defn
    async def open_reversals(self, found: VerificationBatch) -> VerificationBatch:
        """Open a case about each of these deliveries."""
        raise NotImplementedError

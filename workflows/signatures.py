"""The activities as the workflows know them: names, inputs and results, without what implements them.

`activities` subclasses these, so mypy holds both sides to one signature; importing this module loads neither
httpx nor sqlalchemy.
"""

from temporalio import activity

from domain.acts import HumanAct
from domain.messages import (
    Acceptance,
    Acted,
    DeliveryRef,
    HoldRequest,
    OrderRef,
    OrderResult,
    PlaceOrder,
    Revocation,
    Swept,
)
from domain.steps import Step

SUPPLIER_UNREACHABLE = "supplier_unreachable"
"""Type of the failure of a call that never left this machine."""
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
    async def hold(self, request: HoldRequest) -> Step:
        """Hold an open delivery."""
        raise NotImplementedError

    @activity.defn
    async def resume(self, ref: DeliveryRef) -> Step:
        """Let a held delivery go on."""
        raise NotImplementedError

    @activity.defn
    async def give_up(self, ref: DeliveryRef) -> Step:
        """Close a delivery that will not be delivered, unless an attempt's fate is unknown."""
        raise NotImplementedError

    @activity.defn
    async def act(self, request: HumanAct) -> Acted:
        """Apply a person's act; non-retryable failure of type `act_refused` when it is not possible."""
        raise NotImplementedError

    @activity.defn
    async def settle(self, ref: OrderRef) -> OrderResult:
        """Close the order and decide its refund."""
        raise NotImplementedError


class SupplierActivities:
    """Calls to one supplier connection; run on that connection's task queues."""

    @activity.defn
    async def submit(self, ref: DeliveryRef) -> Step:
        """Buy from the referenced offer; asks first where an attempt is already open."""
        raise NotImplementedError

    @activity.defn
    async def check(self, ref: DeliveryRef) -> Step:
        """Ask what became of the open attempt."""
        raise NotImplementedError

    @activity.defn
    async def revoke(self, ref: DeliveryRef) -> Revocation:
        """Take a delivered purchase back."""
        raise NotImplementedError


class SweepActivities:
    """Finding orders that lost their run; runs on the orders queue."""

    @activity.defn
    async def adopt_lost_orders(self) -> Swept:
        """Give every open order without a running run a new one."""
        raise NotImplementedError

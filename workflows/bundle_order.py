"""The story of one bundle order: accept, release, deliver, settle.

The book (PostgreSQL) holds every fact; this run holds what scheduling needs and could be rebuilt from the
book. That is also how a run whose history grows too long goes on as a new one.
"""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from domain.acts import HumanAct
from domain.messages import (
    CONFLICT,
    Acceptance,
    Cancelling,
    DeliveryBrief,
    OrderRef,
    OrderResult,
    OrderStart,
    PlaceOrder,
    PlaceResult,
)
from domain.policy import is_doomed, may_pass_pivot
from domain.states import LOST, DeliveryState, OrderState, unsettled_state
from workflows import calls
from workflows.details import markdown
from workflows.fulfilment import Fulfilment
from workflows.search_attributes import HOLD_REASONS, ORDER_STATE
from workflows.signatures import ACT_REFUSED
from workflows.verbs import DeliveryVerbs


@workflow.defn
class BundleOrder(DeliveryVerbs):
    """One order, from the paid document to its settlement. Workflow id: `order/{channel}/{order_no}`."""

    @workflow.init
    def __init__(self, start: OrderStart) -> None:
        self._digest = start.digest
        self._acceptance: Acceptance | None = None
        self._cancelled = False
        self._fulfilment = Fulfilment(stopping=self._stopping, show=self._show)
        self._shown: tuple[OrderState, tuple[str, ...]] | None = None

    @workflow.run
    async def run(self, start: OrderStart) -> OrderResult:
        """Fulfil the order and return how it ended."""
        acceptance = await self._accept(start)
        if acceptance.result.receipt is None:
            self._show(OrderState.REJECTED)
            await workflow.wait_condition(workflow.all_handlers_finished)
            return OrderResult(order_id="", state=OrderState.REJECTED)
        order_id = acceptance.result.receipt.order_id
        fulfilled = acceptance.settled or await self._fulfil(acceptance)
        result = await self._settle(order_id) if fulfilled else None
        if result is None:
            order_id = await self._remember(start, acceptance)
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(start.model_copy(update={"order_id": order_id, "put_back": False}))
        self._show(result.state)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return result

    @workflow.update
    async def place(self, request: PlaceOrder) -> PlaceResult:
        """The receipt or rejection of this order, as soon as it is decided."""
        await workflow.wait_condition(lambda: self._acceptance is not None)
        assert self._acceptance is not None
        return self._acceptance.result

    @place.validator
    def _same_body(self, request: PlaceOrder) -> None:
        if request.digest != self._digest:
            raise ApplicationError("this number was already placed with another body", type=CONFLICT)

    @workflow.update
    async def cancel(self, request: HumanAct) -> Cancelling:
        """Cancel what is left of the order; what its policy cannot do without is taken back."""
        try:
            cancelling = await calls.cancel(request)
        except ActivityError as error:
            self._fulfilment.notice(error)
            raise ApplicationError(str(error.cause), type=ACT_REFUSED) from None
        self._cancelled = True
        return cancelling

    async def _accept(self, start: OrderStart) -> Acceptance:
        """Accept a placed order, or take over one from the book."""
        if start.placed is not None:
            acceptance = await calls.accept(start.placed)
        else:
            acceptance = await calls.recall(OrderRef(order_id=start.order_id))
        receipt = acceptance.result.receipt
        self._fulfilment.take(receipt.order_id if receipt else "", acceptance.deliveries)
        self._acceptance = acceptance
        self._cancelled = self._cancelled or acceptance.cancelled
        self._show()
        if start.put_back:
            await self._fulfilment.doubt()
        return acceptance

    async def _fulfil(self, acceptance: Acceptance) -> bool:
        """Deliver all of it, and undo it where the policy says so. False when a new run must go on."""
        await asyncio.gather(*(self._deliver(brief) for brief in acceptance.deliveries))
        return self._fulfilment.all_done and (not self._doomed() or await self._undo())

    async def _settle(self, order_id: str) -> OrderResult | None:
        """Close the order; None when the book was put back to a copy and has to be told first."""
        fulfilment = self._fulfilment
        try:
            result = await calls.settle(OrderRef(order_id=order_id, seen=fulfilment.seen))
        except ActivityError as error:
            if not fulfilment.notice(error):
                raise
            return None
        fulfilment.put_back = result.behind
        return None if result.behind else result

    async def _remember(self, start: OrderStart, acceptance: Acceptance) -> str:
        """Tell a book that was put back what it has lost, if it was; return the order's id in it."""
        fulfilment = self._fulfilment
        if fulfilment.lost:
            if start.placed is None:
                raise ApplicationError("the book has lost this order, and this run has no document of it")
            acceptance = await calls.accept(start.placed)
        receipt = acceptance.result.receipt
        if receipt is None:
            raise ApplicationError("the book has lost this order and does not accept it again")
        if fulfilment.put_back:
            await fulfilment.remember(receipt.order_id, acceptance.deliveries)
        return receipt.order_id

    async def _deliver(self, brief: DeliveryBrief) -> None:
        """Drive one delivery; the pivot starts when nothing but its own failure could undo the order."""
        if brief.pivot:
            await workflow.wait_condition(
                lambda: self._may_pass(brief) or self._stopping() or self._fulfilment.ending
            )
        if not self._fulfilment.ending:
            await self._fulfilment.drive(brief)

    async def _undo(self) -> bool:
        """Take back what was delivered, last one first. False when a new run must go on with it."""
        delivered = self._fulfilment.delivered
        partly = [i for i, step in self._fulfilment.steps.items() if step.issued and i not in delivered]
        for delivery_id in [*partly, *reversed(delivered)]:
            if not await self._fulfilment.take_back(delivery_id):
                return False
        return True

    def _stopping(self) -> bool:
        """Whether nobody wants any more what is not delivered yet."""
        return self._cancelled or self._doomed()

    def _doomed(self) -> bool:
        """Whether the policy says that the order must be undone."""
        assert self._acceptance is not None
        steps = self._fulfilment.steps
        lost = {brief.component: False for brief in self._acceptance.deliveries}
        for brief in self._acceptance.deliveries:
            step = steps[brief.id]
            lost[brief.component] |= step.state in LOST and not step.waived
        waiting = {
            brief.component
            for brief in self._acceptance.deliveries
            if brief.pivot and steps[brief.id].state is DeliveryState.PLANNED
        }
        return is_doomed(self._acceptance.required, self._acceptance.needed, lost, waiting)

    def _may_pass(self, pivot: DeliveryBrief) -> bool:
        """Whether nothing but its own failure could still undo the order."""
        assert self._acceptance is not None
        done = {brief.component: True for brief in self._acceptance.deliveries}
        for brief in self._acceptance.deliveries:
            step = self._fulfilment.steps[brief.id]
            done[brief.component] &= step.state is DeliveryState.DELIVERED or step.waived
        return may_pass_pivot(pivot.component, self._acceptance.required, self._acceptance.needed, done)

    def _show(self, ended: OrderState | None = None) -> None:
        """Keep Temporal's UI current: the table of deliveries, and what runs are searched by."""
        briefs, steps = self._fulfilment.briefs, self._fulfilment.steps
        state = ended or unsettled_state([step.state for step in steps.values()])
        workflow.set_current_details(markdown(state, list(briefs.values()), steps))
        reasons = {step.reason.value for step in steps.values() if step.reason}
        shown = (state, tuple(sorted(reasons)))
        if shown != self._shown:
            self._shown = shown
            workflow.upsert_search_attributes(
                [ORDER_STATE.value_set(state.value), HOLD_REASONS.value_set(list(shown[1]))]
            )

"""The story of one bundle order: accept, release, deliver, settle.

The book (PostgreSQL) holds every fact; this run holds what scheduling needs and could be rebuilt from the
book. A delivery's next act is decided where the supplier's answer was heard (`domain.steps`); here it is
carried out, at its time.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from domain.messages import (
    Acceptance,
    DeliveryBrief,
    DeliveryRef,
    HoldRequest,
    OrderRef,
    OrderResult,
    OrderStart,
    PlaceOrder,
    PlaceResult,
)
from domain.policy import is_doomed, may_pass_pivot
from domain.states import LOST, DeliveryState, HoldReason, OrderState, unsettled_state
from domain.steps import Step, Then
from domain.texts import ForPeople
from workflows import calls
from workflows.details import markdown
from workflows.search_attributes import HOLD_REASONS, ORDER_STATE

CONFLICT = "order_number_conflict"


@workflow.defn
class BundleOrder:
    """One order, from the paid document to its settlement. Workflow id: `order/{channel}/{order_no}`."""

    @workflow.init
    def __init__(self, start: OrderStart) -> None:
        self._digest = start.digest
        self._acceptance: Acceptance | None = None
        self._steps: dict[str, Step] = {}
        self._delivered: list[str] = []
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
        await asyncio.gather(*(self._fulfil(order_id, brief) for brief in acceptance.deliveries))
        if self._doomed():
            await self._undo(order_id)
        result = await calls.settle(OrderRef(order_id=order_id))
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

    async def _accept(self, start: OrderStart) -> Acceptance:
        """Accept a placed order, or take over one from the book."""
        if start.placed is not None:
            acceptance = await calls.accept(start.placed)
        else:
            acceptance = await calls.recall(OrderRef(order_id=start.order_id))
        self._steps = {brief.id: brief.step for brief in acceptance.deliveries}
        done = [brief for brief in acceptance.deliveries if brief.delivered_at]
        done.sort(key=lambda brief: brief.delivered_at or workflow.now())
        self._delivered = [brief.id for brief in done if brief.step.state is DeliveryState.DELIVERED]
        self._acceptance = acceptance
        self._show()
        return acceptance

    async def _fulfil(self, order_id: str, brief: DeliveryBrief) -> None:
        """Drive one delivery until it is closed."""
        if brief.pivot:
            await workflow.wait_condition(lambda: self._may_pass(brief) or self._doomed())
        while (step := self._steps[brief.id]).then is not Then.DONE:
            ref = DeliveryRef(order_id=order_id, delivery_id=brief.id, offer=step.offer)
            match step.then:
                case Then.SUBMIT:
                    following = await self._buy(brief, ref, step)
                case Then.CHECK:
                    following = await self._ask(brief, ref, step)
                case _:
                    following = await self._wait_held(brief, ref, step)
            self._steps[brief.id] = following
            if following.state is DeliveryState.DELIVERED:
                self._delivered.append(brief.id)
            self._show()

    async def _buy(self, brief: DeliveryBrief, ref: DeliveryRef, step: Step) -> Step:
        """Buy when it is due, unless the order is to be undone by then."""
        await self._until(step.at, f"release {brief.component} #{brief.release}", wake=self._doomed)
        if self._doomed():
            return await self._give_up(brief, ref, "the order is undone")
        try:
            return await calls.submit(brief, ref)
        except ActivityError as error:
            return await self._hold_for(ref, brief, error)

    async def _ask(self, brief: DeliveryBrief, ref: DeliveryRef, step: Step) -> Step:
        """Ask about an open attempt when its supplier may know."""
        await self._until(step.at, f"ask about {brief.component} #{brief.release}")
        try:
            return await calls.check(brief, ref.model_copy(update={"giving_up": self._doomed()}))
        except ActivityError as error:
            return await self._hold_for(ref, brief, error)

    async def _wait_held(self, brief: DeliveryBrief, ref: DeliveryRef, step: Step) -> Step:
        """Wait on a hold: try again by itself where that can help, compensate at the deadline."""
        why = f"{brief.component} #{brief.release} held: {step.reason}"
        await self._until(step.at or step.deadline, why, wake=self._doomed)
        if step.at is not None and not self._doomed():
            return await calls.resume(ref)
        return await self._give_up(brief, ref, step.note)

    async def _give_up(self, brief: DeliveryBrief, ref: DeliveryRef, reason: str) -> Step:
        """Close a delivery. One whose attempt may still have sold is asked about first."""
        step = await calls.give_up(ref.model_copy(update={"reason": reason}))
        if step.then is Then.DONE:
            return step
        try:
            step = await calls.check(brief, ref.model_copy(update={"offer": step.offer, "giving_up": True}))
        except ActivityError as error:
            return await self._hold_for(ref, brief, error)
        return step if step.then is Then.CHECK else await calls.give_up(ref)

    async def _hold_for(self, ref: DeliveryRef, brief: DeliveryBrief, error: ActivityError) -> Step:
        """Nobody could do the work in time: hold the delivery, and say why."""
        note = f"{brief.connections[ref.offer]}: {error.cause or error}"
        request = HoldRequest(
            order_id=ref.order_id,
            delivery_id=ref.delivery_id,
            reason=HoldReason.SUPPLIER_UNAVAILABLE,
            note=note[:300],
        )
        return await calls.hold(request)

    async def _undo(self, order_id: str) -> None:
        """Take back what was delivered, last one first; one that cannot be is left as it is."""
        briefs = {brief.id: brief for brief in self._briefs()}
        for delivery_id in reversed(self._delivered):
            brief, step = briefs[delivery_id], self._steps[delivery_id]
            ref = DeliveryRef(order_id=order_id, delivery_id=delivery_id, offer=step.offer)
            revocation = await calls.revoke(brief, ref)
            while revocation.check_at is not None:
                await self._until(revocation.check_at, f"ask whether {brief.component} was taken back")
                revocation = await calls.revoke(brief, ref)
            update = {"state": revocation.state, "note": revocation.note}
            self._steps[delivery_id] = step.model_copy(update=update)
            self._show()

    async def _until(self, at: datetime | None, why: str, wake: Callable[[], bool] = lambda: False) -> None:
        """Wait until an instant, or until `wake` holds."""
        delay = (at or workflow.now()) - workflow.now()
        if delay.total_seconds() <= 0 or wake():
            return
        try:
            await workflow.wait_condition(wake, timeout=delay, timeout_summary=ForPeople(why))
        except TimeoutError:
            return

    def _briefs(self) -> list[DeliveryBrief]:
        return self._acceptance.deliveries if self._acceptance else []

    def _doomed(self) -> bool:
        """Whether the policy says that the order must be undone."""
        assert self._acceptance is not None
        lost = {brief.component: False for brief in self._briefs()}
        for brief in self._briefs():
            lost[brief.component] |= self._steps[brief.id].state in LOST
        return is_doomed(self._acceptance.required, self._acceptance.needed, lost)

    def _may_pass(self, pivot: DeliveryBrief) -> bool:
        """Whether nothing but its own failure could still undo the order."""
        assert self._acceptance is not None
        done = {brief.component: True for brief in self._briefs()}
        for brief in self._briefs():
            done[brief.component] &= self._steps[brief.id].state is DeliveryState.DELIVERED
        required, needed = self._acceptance.required, self._acceptance.needed
        return may_pass_pivot(pivot.component, required, needed, done)

    def _show(self, ended: OrderState | None = None) -> None:
        """Keep Temporal's UI current: the table of deliveries, and what runs are searched by."""
        state = ended or unsettled_state([step.state for step in self._steps.values()])
        workflow.set_current_details(markdown(state, self._briefs(), self._steps))
        reasons = {step.reason.value for step in self._steps.values() if step.reason}
        shown = (state, tuple(sorted(reasons)))
        if shown != self._shown:
            self._shown = shown
            workflow.upsert_search_attributes(
                [ORDER_STATE.value_set(state.value), HOLD_REASONS.value_set(list(shown[1]))]
            )

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

from domain.acts import HumanAct
from domain.messages import (
    CONFLICT,
    Acceptance,
    Acted,
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
from workflows.calls import why_not_done
from workflows.details import markdown
from workflows.search_attributes import HOLD_REASONS, ORDER_STATE
from workflows.signatures import ACT_REFUSED


@workflow.defn
class BundleOrder:
    """One order, from the paid document to its settlement. Workflow id: `order/{channel}/{order_no}`."""

    @workflow.init
    def __init__(self, start: OrderStart) -> None:
        self._digest = start.digest
        self._acceptance: Acceptance | None = None
        self._steps: dict[str, Step] = {}
        self._delivered: list[str] = []
        self._busy: set[str] = set()
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
        if not acceptance.settled:
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

    @workflow.update
    async def retry(self, request: HumanAct) -> Acted:
        """Try a held delivery again, or ask at once about one that is under way."""
        return await self._act(request)

    @workflow.update
    async def substitute(self, request: HumanAct) -> Acted:
        """Buy a delivery from another of its offers."""
        return await self._act(request)

    @workflow.update
    async def refund(self, request: HumanAct) -> Acted:
        """Give a delivery up; what it is worth is paid back."""
        return await self._act(request)

    @workflow.update
    async def hold(self, request: HumanAct) -> Acted:
        """Keep a delivery from going on."""
        return await self._act(request)

    @workflow.update
    async def release(self, request: HumanAct) -> Acted:
        """Let a held delivery go on."""
        return await self._act(request)

    @retry.validator
    @substitute.validator
    @refund.validator
    @hold.validator
    @release.validator
    def _can_act(self, request: HumanAct) -> None:
        if request.delivery_id not in self._steps:
            raise ApplicationError("this order has no such delivery", type=ACT_REFUSED)
        if request.delivery_id in self._busy:
            raise ApplicationError("a call about it is under way: try again in a moment", type=ACT_REFUSED)

    async def _act(self, request: HumanAct) -> Acted:
        self._busy.add(request.delivery_id)
        try:
            acted = await calls.act(request)
        except ActivityError as error:
            raise ApplicationError(str(error.cause), type=ACT_REFUSED) from None
        finally:
            self._busy.discard(request.delivery_id)
        self._move(request.delivery_id, acted.step)
        return acted

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
            await self._until_due(brief, step)
            await workflow.wait_condition(lambda: brief.id not in self._busy)
            if self._steps[brief.id] is step:
                await self._advance(order_id, brief, step)

    async def _until_due(self, brief: DeliveryBrief, step: Step) -> None:
        """Wait for the step's instant, for a person's act, or until the order is doomed."""
        name = f"{brief.component} #{brief.release}"
        waits = {
            Then.SUBMIT: (step.at, f"release {name}"),
            Then.CHECK: (step.at, f"ask about {name}"),
            Then.HOLD: (step.at or step.deadline, f"{name} held: {step.reason}"),
        }
        at, why = waits[step.then]
        hurried = step.then is not Then.CHECK

        def woken() -> bool:
            return self._steps[brief.id] is not step or (hurried and self._doomed())

        await self._until(at, why, wake=woken)

    async def _advance(self, order_id: str, brief: DeliveryBrief, step: Step) -> None:
        """Carry out a delivery's step and go on to the next; people's acts wait meanwhile."""
        ref = DeliveryRef(order_id=order_id, delivery_id=brief.id, offer=step.offer)
        acts = {Then.SUBMIT: self._buy, Then.CHECK: self._ask, Then.HOLD: self._end_hold}
        self._busy.add(brief.id)
        try:
            self._move(brief.id, await acts[step.then](brief, ref, step))
        finally:
            self._busy.discard(brief.id)

    def _move(self, delivery_id: str, step: Step) -> None:
        self._steps[delivery_id] = step
        if step.state is DeliveryState.DELIVERED and delivery_id not in self._delivered:
            self._delivered.append(delivery_id)
        self._show()

    async def _buy(self, brief: DeliveryBrief, ref: DeliveryRef, step: Step) -> Step:
        """Buy, unless the order is to be undone by now."""
        if self._doomed():
            return await self._give_up(brief, ref, "the order is undone")
        try:
            return await calls.submit(brief, ref)
        except ActivityError as error:
            return await self._hold_for(ref, brief, error)

    async def _ask(self, brief: DeliveryBrief, ref: DeliveryRef, step: Step) -> Step:
        """Ask about an open attempt."""
        try:
            return await calls.check(brief, ref.model_copy(update={"giving_up": self._doomed()}))
        except ActivityError as error:
            return await self._hold_for(ref, brief, error)

    async def _end_hold(self, brief: DeliveryBrief, ref: DeliveryRef, step: Step) -> Step:
        """A hold ends: try again by itself where that can help, compensate at the deadline."""
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
        note = f"{brief.connections[ref.offer]}: {why_not_done(error)}"
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
        partly = [i for i, step in self._steps.items() if step.issued and i not in self._delivered]
        for delivery_id in [*partly, *reversed(self._delivered)]:
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
        waiting = {
            brief.component
            for brief in self._briefs()
            if brief.pivot and self._steps[brief.id].state is DeliveryState.PLANNED
        }
        return is_doomed(self._acceptance.required, self._acceptance.needed, lost, waiting)

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

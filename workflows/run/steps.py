"""Carrying out one step of a delivery: buy, ask, end a hold, give up; and hold it where nobody could."""

from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction, Step
from domain.messages import DeliveryBrief, DeliveryRef, HoldRequest
from workflows.run.calls import Calls, is_lost, why_not_done
from workflows.run.state import RunState


class StepRunner:
    """The activities behind a delivery's steps."""

    def __init__(self, calls: Calls, state: RunState) -> None:
        self._calls = calls
        self._state = state

    async def carry_out(self, brief: DeliveryBrief, step: Step) -> Step:
        """Do what a step says; what comes next."""
        acts = {
            NextAction.AWAIT: self._buy,
            NextAction.SUBMIT: self._buy,
            NextAction.CHECK: self._ask,
            NextAction.HOLD: self._end_hold,
        }
        return await acts[step.next_action](brief, step)

    def ref(self, brief: DeliveryBrief, step: Step) -> DeliveryRef:
        """How activities name a delivery that stands at a step."""
        return DeliveryRef(order_id=self._state.order_id, delivery_id=brief.id, offer=step.offer, known=step)

    async def _buy(self, brief: DeliveryBrief, step: Step) -> Step:
        """Buy, unless the order is to be undone by now."""
        if self._state.stopping:
            return await self._give_up(brief, step, "the order is undone")
        try:
            return await self._calls.submit(brief, self.ref(brief, step))
        except ActivityError as error:
            return await self._hold_for(brief, step, error)

    async def _ask(self, brief: DeliveryBrief, step: Step) -> Step:
        """Ask about an open attempt."""
        ref = self.ref(brief, step).model_copy(update={"giving_up": self._state.stopping})
        try:
            moved = await self._calls.check(brief, ref)
        except ActivityError as error:
            moved = await self._hold_for(brief, step, error)
        return _asked_about(moved) if ref.giving_up else moved

    async def _end_hold(self, brief: DeliveryBrief, step: Step) -> Step:
        """A hold ends: try again by itself where that can help, compensate at the deadline."""
        if step.at is not None and not self._state.stopping:
            return await self._calls.resume(self.ref(brief, step))
        return await self._give_up(brief, step, step.note)

    async def _give_up(self, brief: DeliveryBrief, step: Step, reason: str) -> Step:
        """Close a delivery. One whose attempt may still have sold is asked about first."""
        ref = self.ref(brief, step).model_copy(update={"giving_up": self._state.stopping})
        given_up = await self._calls.give_up(ref.model_copy(update={"reason": reason}))
        if given_up.next_action is NextAction.DONE or given_up.revision > step.revision:
            return given_up
        try:
            asked = ref.model_copy(update={"offer": given_up.offer, "giving_up": True})
            step = await self._calls.check(brief, asked)
        except ActivityError as error:
            return _asked_about(await self._hold_for(brief, given_up, error))
        if step.next_action is NextAction.CHECK:
            return _asked_about(step)
        return await self._calls.give_up(ref.model_copy(update={"known": step}))

    async def _hold_for(self, brief: DeliveryBrief, step: Step, error: ActivityError) -> Step:
        """Nobody could do the work in time: hold the delivery, and say why."""
        if is_lost(error) or is_cancelled_exception(error):
            raise error
        note = f"{brief.connections[step.offer]}: {why_not_done(error)}"
        request = HoldRequest(
            order_id=self._state.order_id,
            delivery_id=brief.id,
            reason=HoldReason.SUPPLIER_UNAVAILABLE,
            note=note[:300],
        )
        return await self._calls.hold(request)


def _asked_about(step: Step) -> Step:
    """A step after a question on giving up: what is held and asked about further waits for its instant."""
    held = step.state is DeliveryState.HELD and step.next_action is NextAction.CHECK
    return step.model_copy(update={"unresolved": True}) if held else step

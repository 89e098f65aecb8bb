"""Carrying out one step of a delivery: buy, ask, end a hold, give up; and hold it where nobody could."""

from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction
from domain.messages import DeliveryBrief
from domain.notes.general import Because, Said
from domain.notes.note import LONGEST_TEXT, Note
from domain.notes.progress import OrderUndone
from domain.requests import (
    CheckRequest,
    GiveUpRequest,
    HoldRequest,
    Reply,
    ResumeRequest,
    SubmitRequest,
)
from workflows.run.calls import Calls, is_lost, why_not_done
from workflows.run.state import RunState


class StepRunner:
    """The activities behind a delivery's steps."""

    def __init__(self, calls: Calls, state: RunState) -> None:
        self._calls = calls
        self._state = state

    async def carry_out(self, brief: DeliveryBrief, stands: Snapshot) -> Reply:
        """Do what is next about a delivery; where it stands then."""
        acts = {
            NextAction.AWAIT: self._buy,
            NextAction.SUBMIT: self._buy,
            NextAction.CHECK: self._ask,
            NextAction.HOLD: self._end_hold,
        }
        return await acts[stands.next_action](brief, stands)

    async def _buy(self, brief: DeliveryBrief, stands: Snapshot) -> Reply:
        """Buy, unless the order is to be undone by now."""
        if self._state.stopping:
            return await self._give_up(brief, stands, OrderUndone())
        order_id, offer = self._state.order_id, stands.offer
        request = SubmitRequest(
            order_id=order_id,
            delivery_id=brief.id,
            known=stands,
            offer=offer,
            known_beside=self._state.known_beside(brief.id),
        )
        try:
            return await self._calls.submit(brief, request)
        except ActivityError as error:
            return await self._hold_for(brief, stands.offer, error)

    async def _ask(self, brief: DeliveryBrief, stands: Snapshot) -> Reply:
        """Ask about an open attempt."""
        giving_up = self._state.stopping
        try:
            reply = await self._check(brief, stands, stands.offer, giving_up=giving_up)
        except ActivityError as error:
            reply = await self._hold_for(brief, stands.offer, error)
        return _asked_about(reply) if giving_up else reply

    async def _end_hold(self, brief: DeliveryBrief, stands: Snapshot) -> Reply:
        """A hold ends: try again by itself where that can help, compensate at the deadline."""
        if stands.at is not None and not self._state.stopping:
            order_id = self._state.order_id
            return await self._calls.resume(
                ResumeRequest(order_id=order_id, delivery_id=brief.id, known=stands)
            )
        return await self._give_up(brief, stands, stands.note)

    async def _give_up(self, brief: DeliveryBrief, stands: Snapshot, reason: Note | None) -> Reply:
        """Close a delivery. One whose attempt may still have sold is asked about first."""
        ran_out = not self._state.stopping
        reply = await self.give_up(brief, stands, ran_out=ran_out, reason=reason)
        given_up = reply.delivery
        if given_up.next_action is NextAction.DONE or given_up.revision > stands.revision:
            return reply
        try:
            reply = await self._check(brief, stands, given_up.offer, giving_up=True)
        except ActivityError as error:
            return _asked_about(await self._hold_for(brief, given_up.offer, error))
        if reply.delivery.next_action is NextAction.CHECK:
            return _asked_about(reply)
        return await self.give_up(brief, reply.delivery, ran_out=ran_out)

    async def give_up(
        self, brief: DeliveryBrief, stands: Snapshot, *, ran_out: bool, reason: Note | None = None
    ) -> Reply:
        """Close a delivery, unless an attempt may still have sold it."""
        request = GiveUpRequest(
            order_id=self._state.order_id,
            delivery_id=brief.id,
            known=stands,
            reason=reason,
            ran_out=ran_out,
        )
        return await self._calls.give_up(request)

    async def _check(self, brief: DeliveryBrief, stands: Snapshot, offer: int, *, giving_up: bool) -> Reply:
        request = CheckRequest(
            order_id=self._state.order_id,
            delivery_id=brief.id,
            known=stands,
            offer=offer,
            known_beside=self._state.known_beside(brief.id),
            giving_up=giving_up,
        )
        return await self._calls.check(brief, request)

    async def _hold_for(self, brief: DeliveryBrief, offer: int, error: ActivityError) -> Reply:
        """Nobody could do the work in time: hold the delivery, and say why."""
        if is_lost(error) or is_cancelled_exception(error):
            raise error
        note = Because(what=Said(text=brief.connections[offer]), why=why_not_done(error))
        request = HoldRequest(
            order_id=self._state.order_id,
            delivery_id=brief.id,
            reason=HoldReason.SUPPLIER_UNAVAILABLE,
            note=note.cut(LONGEST_TEXT),
        )
        return Reply(delivery=await self._calls.hold(request))


def _asked_about(reply: Reply) -> Reply:
    """After a question on giving up: what is held and asked about further waits for its instant."""
    stands = reply.delivery
    held = stands.state is DeliveryState.HELD and stands.next_action is NextAction.CHECK
    return reply.model_copy(update={"unresolved": True}) if held else reply

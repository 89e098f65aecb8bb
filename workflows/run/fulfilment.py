"""Driving deliveries through their steps: wait until one is due, carry it out, follow what comes back.

Shared by an order's run and by a case's. A delivery's next act is decided where the supplier's answer was
heard (`domain.fulfilment.steps`); here it is carried out, at its time.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction
from domain.messages import Acted, CallbackNotice, DeliveryBrief, PageRef
from domain.notes.runs import ACT, ASK_ABOUT, AWAIT, HELD, HELD_TILL_THEN, RELEASE, TAKEN_BACK
from domain.requests import RememberRequest, Reply, Revocation, RevokeRequest
from domain.verbs.human_act import HumanAct
from workflows.run.calls import Calls, is_lost
from workflows.run.state import RunState, step_for_order
from workflows.run.steps import StepRunner
from workflows.run.waiting import until
from workflows.signatures import ACT_REFUSED, RUN_ENDING

WAITS = {
    NextAction.AWAIT: AWAIT,
    NextAction.SUBMIT: RELEASE,
    NextAction.CHECK: ASK_ABOUT,
    NextAction.HOLD: HELD,
}

A_CALL_TAKES = timedelta(seconds=10)
"""So long a person's act waits for a call about the same delivery to end."""
AT_ONCE = 10
"""So many deliveries of one order are worked on at once: they take turns at the order's row in the book."""


class Fulfilment:
    """Drives the deliveries of a run from step to step."""

    def __init__(self, state: RunState, show: Callable[[], None]) -> None:
        self.calls = Calls(state)
        self._state = state
        self._runner = StepRunner(self.calls, state)
        self._show = show
        self._slots = asyncio.Semaphore(AT_ONCE)

    def callbacks_before(self) -> None:
        """Pass on callbacks that came before this run knew where its deliveries stand."""
        steps = self._state.steps
        for delivery_id in sorted(self._state.called_back & steps.keys()):
            self._take_callback(delivery_id, steps[delivery_id])

    @property
    def ending(self) -> bool:
        """Whether this run should go on as a new one, from the book."""
        return self.too_long() or self._state.restored

    def too_long(self) -> bool:
        """Whether this run is to be continued as a new one that knows what the book knows, and no more."""
        return self._state.anew or self.calls.many

    async def leave(self) -> None:
        """Let people's acts end and take no more, or a stream of them keeps this run from ever ending."""
        self._state.leaving = True
        await workflow.wait_condition(workflow.all_handlers_finished)

    def take_acts(self) -> None:
        """Refuse an act that comes too late for this run and in time for the next."""
        if self._state.leaving:
            raise ApplicationError("a new run is about to take over", type=RUN_ENDING)

    async def remember(self, order_id: str, briefs: Iterable[DeliveryBrief]) -> None:
        """Complete the restored book by what this run knows. A new run goes on from there."""
        had = {brief.place: brief for brief in self._state.briefs.values()}
        for brief in briefs:
            known = self._state.known_of(brief, had)
            await self.calls.remember(RememberRequest(order_id=order_id, delivery_id=brief.id, known=known))

    async def doubt(self) -> None:
        """An earlier run had closed what the book has open: ask what can be asked, hold what cannot."""
        for brief in self._state.briefs.values():
            stands = brief.step
            if stands.next_action is not NextAction.DONE:
                known = stands.delivered().model_copy(update={"revision": stands.revision + 1})
                request = RememberRequest(order_id=self._state.order_id, delivery_id=brief.id, known=known)
                self.move(brief.id, await self.calls.remember(request))

    async def drive(self, brief: DeliveryBrief) -> None:
        """Drive one delivery until it is closed, or until the run is to be continued as a new one."""
        while (step := self._state.steps[brief.id]).next_action is not NextAction.DONE:
            await self._until_due(brief, step)
            await self._idle(brief.id)
            if self.ending:
                return
            if self._state.steps[brief.id] is step:
                await self._advance(brief, step)

    def called_back(self, called_back: CallbackNotice) -> None:
        """Ask at once what there is to ask anyway, since a callback came."""
        step = self._state.steps.get(called_back.delivery_id)
        if self._state.taken and step is None:
            workflow.logger.warning("a report about a delivery that this run has not was dropped")
        elif step is None or called_back.delivery_id in self._state.busy:
            self._state.called_back.add(called_back.delivery_id)
        else:
            self._state.put(called_back.delivery_id, _asked_now(step))

    def _take_callback(self, delivery_id: str, step: Snapshot) -> None:
        """A callback that came before this run knew where the delivery stands; it is passed on only once."""
        asked = _asked_now(step)
        if asked is not step:
            self._state.put(delivery_id, asked)
            self._state.called_back.discard(delivery_id)

    def is_of(self, request: HumanAct) -> None:
        """Refuse an act on another order; a run that begins does not know its own yet."""
        order_id = self._state.order_id
        if self._state.taken and request.order_id != order_id:
            said = f"this run is of order {order_id or '(none yet)'}, and not of {request.order_id}"
            raise ApplicationError(said, type=ACT_REFUSED)

    def can_act(self, request: HumanAct) -> None:
        """Refuse an act that this run knows nothing to do about; a run that begins knows nothing yet."""
        if self._state.taken and request.delivery_id not in self._state.steps:
            raise ApplicationError("this order has no such delivery", type=ACT_REFUSED)

    async def act(self, request: HumanAct) -> Acted:
        """Apply a person's act in the book and go on by it."""
        await workflow.wait_condition(lambda: self._state.taken)
        self.is_of(request)
        self.can_act(request)
        await self._until_free(request)
        self._state.busy.add(request.delivery_id)
        try:
            known = {"known": self._state.steps[request.delivery_id]}
            acted = await self.calls.act(request.model_copy(update=known))
        except ActivityError as error:
            self.notice(error)
            raise ApplicationError(str(error.cause), type=ACT_REFUSED) from None
        finally:
            self._state.busy.discard(request.delivery_id)
        self.move(request.delivery_id, acted.step)
        if acted.restored:
            self._state.restored = True
            why = "the book was put back to an older copy and was told just now what it lost: ask again"
            raise ApplicationError(why, type=ACT_REFUSED)
        return acted

    async def _until_free(self, request: HumanAct) -> None:
        """Wait for a call about the same delivery to end; a slow supplier keeps nobody waiting for long."""
        busy, ends = self._state.busy, workflow.now() + A_CALL_TAKES
        why = self._state.say(ACT, act=request.act, actor=request.actor)
        while request.delivery_id in busy and workflow.now() < ends:
            await until(ends, why, lambda: request.delivery_id not in busy)
        if request.delivery_id in busy:
            raise ApplicationError("a call about it is under way: try again in a moment", type=ACT_REFUSED)

    async def hear_of_act(self, delivery_id: str) -> None:
        """Somebody acted on a delivery, or on all of them; this run may have heard of it or not."""
        await workflow.wait_condition(lambda: self._state.taken)
        if delivery_id and delivery_id not in self._state.steps:
            workflow.logger.warning("an act on a delivery that this run has not was dropped")
            return
        try:
            await self.read_again([delivery_id] if delivery_id else [])
        except ActivityError as error:
            if not self.notice(error):
                raise

    async def read_again(self, only: Sequence[str] = ()) -> None:
        """Go on from where the book has those deliveries that have moved in it."""
        state = self._state
        after: int | None = -1
        while after is not None:
            page = await self.calls.page(PageRef(order_id=state.order_id, after=after, only=tuple(only)))
            state.cancelled |= page.cancelled
            state.anew |= state.take_pause(page.pause) and state.waits_for_gates
            for brief in page.deliveries:
                step = brief.step if state.case else step_for_order(brief)
                if brief.id in state.steps and step.revision > state.steps[brief.id].revision:
                    self.move(brief.id, step)
            after = page.more_after

    def notice(self, error: ActivityError) -> bool:
        """Whether the order is missing in the book: it was restored from a copy older than the order."""
        if is_lost(error):
            self._state.restored = self._state.missing = True
        return is_lost(error)

    def follow(self, delivery_id: str, reply: Reply) -> None:
        """Go on from what an activity replied about a delivery."""
        self._state.restored |= reply.restored
        self._state.cancelled |= reply.cancelled
        self._state.settled = reply.settled or self._state.settled
        self.move(delivery_id, reply.delivery, unresolved=reply.unresolved)

    def move(self, delivery_id: str, step: Snapshot, *, unresolved: bool = False) -> None:
        """A delivery stands at this step from now on, unless a later change of it is known already."""
        state = self._state
        if step.revision < state.steps[delivery_id].revision:
            return
        if delivery_id in state.called_back:
            step = _asked_now(step)
        state.called_back.discard(delivery_id)
        state.put(delivery_id, step)
        (state.unresolved.add if unresolved else state.unresolved.discard)(delivery_id)
        state.moves += 1
        self._show()

    async def _idle(self, delivery_id: str) -> None:
        """Wait until nothing is being done about a delivery."""
        free = partial(self._is_free, delivery_id)
        await workflow.wait_condition(free)
        while not free():  # whoever waited as well may have been quicker
            await workflow.wait_condition(free)

    def _is_free(self, delivery_id: str) -> bool:
        return delivery_id not in self._state.busy

    async def revoke(self, delivery_id: str) -> bool:
        """Take a delivery back at its supplier; one that cannot be is left as it is.

        False when the run is to be continued as a new one before that is decided.
        """
        state = self._state
        brief, step = state.briefs[delivery_id], state.steps[delivery_id]
        request = RevokeRequest(order_id=state.order_id, delivery_id=delivery_id, case=state.case)
        revocation = await self._revoked(brief, step.offer, request)
        while revocation.check_at is not None:
            state.revoking.add(delivery_id)
            why = state.say(TAKEN_BACK, what=brief.component)
            await until(revocation.check_at, why, lambda: state.anew)
            if self.too_long():
                return False
            revocation = await self._revoked(brief, step.offer, request)
        update = {"state": revocation.state, "note": revocation.note}
        state.put(delivery_id, step.model_copy(update=update))
        self._show()
        return True

    async def _revoked(self, brief: DeliveryBrief, offer: int, request: RevokeRequest) -> Revocation:
        """Ask the supplier that sold it, which a case may have chosen after this run began."""
        revocation = await self.calls.revoke(brief, offer, request)
        while revocation.offer is not None:
            revocation = await self.calls.revoke(brief, revocation.offer, request)
        return revocation

    async def _until_due(self, brief: DeliveryBrief, step: Snapshot) -> None:
        """Wait for the step's instant, for a person's act, or until nobody wants it any more."""
        state = self._state
        at = step.at or step.deadline if step.next_action is NextAction.HOLD else step.at
        if step.next_action is NextAction.AWAIT:
            at = None
        words = HELD_TILL_THEN if state.held_with_the_order(step) else WAITS[step.next_action]
        why = state.say(words, what=brief.name, reason=step.reason)
        hurried = (
            step.next_action is not NextAction.CHECK or step.state is DeliveryState.HELD
        ) and brief.id not in state.unresolved

        def woken() -> bool:
            moved = state.steps[brief.id] is not step
            return moved or (hurried and state.stopping) or self.ending

        if step.next_action is NextAction.SUBMIT and self._waits_for_the_rest(brief):
            await workflow.wait_condition(lambda: woken() or not self._waits_for_the_rest(brief))
        await until(at, why, woken, for_ever=step.next_action is NextAction.AWAIT)

    def _waits_for_the_rest(self, brief: DeliveryBrief) -> bool:
        """Whether more than its own failure could undo the order, and it cannot be revoked."""
        return self._state.standing.pivot_waits(brief.place)

    async def _advance(self, brief: DeliveryBrief, step: Snapshot) -> None:
        """Carry out a delivery's step and go on to the next; people's acts wait meanwhile.

        Whatever still waits for its turn when the run is to go on as a new one is left to that.
        """
        self._state.busy.add(brief.id)
        try:
            async with self._slots:
                if self.ending:
                    return
                reply = await self._runner.carry_out(brief, step)
            self.follow(brief.id, reply)
        except ActivityError as error:
            if not self.notice(error):
                raise
        finally:
            self._state.busy.discard(brief.id)

    async def give_up(self, delivery_id: str) -> None:
        """Close a delivery that cannot be delivered any more."""
        brief, stands = self._state.briefs[delivery_id], self._state.steps[delivery_id]
        self.follow(delivery_id, await self._runner.give_up(brief, stands, ran_out=True))


def _asked_now(step: Snapshot) -> Snapshot:
    """Ask at once where there is something to ask; beside a hold only the book knows whether there is."""
    held = step.next_action is NextAction.HOLD and step.state is DeliveryState.HELD and step.tries > 0
    if step.next_action is not NextAction.CHECK and not held:
        return step
    return step.checked(workflow.now())

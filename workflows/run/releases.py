"""Releasing: which deliveries of an order may start now, and what the others wait for.

Instants were computed when the order was accepted. What a component waits for beyond them is its gate: the
run sees that it may be decided, and the book decides it. One timer serves everything that is planned.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction
from domain.messages import DeliveryBrief, Gated, GateRef
from domain.notes.runs import COMES_DUE_PAUSED, MAY_BE_RELEASED, RELEASE
from domain.planning.gates import PlannedGate, judge, next_look
from domain.planning.order_events import OrderEvent, OrderEventKind, happened
from domain.planning.verdict import Known, Verdict
from workflows.run.fulfilment import Fulfilment
from workflows.run.state import OrderRunState
from workflows.run.waiting import until

BOOK_DISAGREES = timedelta(minutes=1)
"""How long to wait when the book does not decide a gate that this run would."""


class Releases:
    """What of an order may be released: by its instants and its gates."""

    def __init__(self, state: OrderRunState, fulfilment: Fulfilment) -> None:
        self._state = state
        self._fulfilment = fulfilment
        self._begun: list[asyncio.Task[None]] = []
        self._all_begun = False

    def take_event(self, event: OrderEvent) -> None:
        """Something happened to the order; the book has it already."""
        self._state.events[event.event_id] = event
        self._state.moves += 1
        if event.event is OrderEventKind.CHARGEBACK:
            self._state.take_pause(None)

    async def run(
        self,
        deliver: Callable[[DeliveryBrief], Coroutine[None, None, None]],
        end_pauses: Callable[[Callable[[], bool]], Coroutine[None, None, None]],
    ) -> None:
        """Start each delivery once it may be; return when all are closed or the run is to be continued.

        `end_pauses` is called with what tells when nothing is left to be released.
        """
        self._begun, self._all_begun = [], False
        minders = [
            asyncio.create_task(self._decide_gates()),
            asyncio.create_task(end_pauses(self._is_over)),
        ]
        waiting = dict(self._state.briefs)
        while waiting and not self._fulfilment.ending:
            for brief in self._due(waiting.values()):
                del waiting[brief.id]
                self._begun.append(asyncio.create_task(deliver(brief)))
            if not waiting:
                break
            await self._until_the_next(waiting.values(), [*minders, *self._begun])
        self._all_begun = True
        await asyncio.gather(*minders, *self._begun)

    async def _until_the_next(
        self, waiting: Iterable[DeliveryBrief], begun: list["asyncio.Task[None]"]
    ) -> None:
        """Wait for the first of these to be due, or for anything that may change which one that is."""
        steps, seen = self._state.steps, self._state.moves
        planned = [(steps[b.id].at, b) for b in waiting if steps[b.id].next_action is not NextAction.AWAIT]
        at, first = min(planned, key=lambda each: each[0] or workflow.now(), default=(None, None))

        def woken() -> bool:
            changed = self._state.moves != seen
            return changed or self._state.stopping or self._fulfilment.ending or any(map(_failed, begun))

        words = COMES_DUE_PAUSED if self._state.pause else RELEASE
        why = self._state.say(words, what=first.name) if first else ""
        await until(at, why, woken, for_ever=first is None)
        if any(map(_failed, begun)):
            await asyncio.gather(*(task for task in begun if task.done()))

    def _due(self, waiting: Iterable[DeliveryBrief]) -> list[DeliveryBrief]:
        """Those of these deliveries about which there is something to do now."""
        steps, now = self._state.steps, workflow.now()
        if self._state.stopping:
            return list(waiting)
        planned, not_yet = DeliveryState.PLANNED, NextAction.AWAIT  # looking one up takes a while

        def is_due(step: Snapshot) -> bool:
            dated = step.next_action is not not_yet and (step.at is None or step.at <= now)
            return dated or step.state is not planned

        return [brief for brief in waiting if is_due(steps[brief.id])]

    async def _decide_gates(self) -> None:
        """Let the book decide each gate as soon as it can be, while anything still waits for one."""
        while await self._until_anything_waits():
            await self._decide_unknown()
            seen, known = self._state.moves, self._known()
            closed = self._gates_in_the_way()
            for gate in closed:
                if judge(gate, known, self._clock()) is not Verdict.PENDING:
                    await self._decide(gate.component)
            if self._state.moves == seen:
                await self._until_a_gate_may_change(closed, seen, known)

    async def _until_anything_waits(self) -> bool:
        """Wait until there are gates to decide; False once there is nothing left to decide them for."""
        over = self._is_over
        await workflow.wait_condition(lambda: over() or bool(self._gates_in_the_way() or self._unknown()))
        return not over()

    def _is_over(self) -> bool:
        """Whether nothing is left to be released, or a new run is to go on with it."""
        begun = self._all_begun and all(task.done() for task in self._begun)
        return self._fulfilment.ending or begun

    def _unknown(self) -> list[str]:
        """Components whose deliveries wait for a gate that this run does not know, or knows as decided."""
        if not self._state.gated:
            return []
        briefs = self._state.briefs
        waiting = {briefs[delivery_id].component for delivery_id in self._state.gated}
        return sorted(waiting - self._state.gates.keys())

    async def _decide_unknown(self) -> None:
        """Ask the book about gates that this run does not know; one that it has closed, a new run reads."""
        for component in self._unknown():
            verdict = await self._decide(component)
            self._state.anew |= verdict is Verdict.PENDING
        if left := self._unknown():
            seen = self._state.moves

            def woken() -> bool:
                return self._state.moves != seen or self._fulfilment.ending

            await until(
                workflow.now() + BOOK_DISAGREES, self._state.say(MAY_BE_RELEASED, what=left[0]), woken
            )

    def _gates_in_the_way(self) -> list[PlannedGate]:
        if not self._state.gates:
            return []
        steps, briefs = self._state.steps, self._state.briefs.values()
        unfinished = {
            brief.component for brief in briefs if steps[brief.id].next_action is not NextAction.DONE
        }
        return [gate for component, gate in self._state.gates.items() if component in unfinished]

    async def _until_a_gate_may_change(self, closed: Sequence[PlannedGate], seen: int, known: Known) -> None:
        looks = [(at, gate) for gate in closed if (at := self._next_look(gate, known))]
        at, first = min(looks, key=lambda look: look[0], default=(None, None))

        def woken() -> bool:
            return self._state.moves != seen or self._fulfilment.ending

        why = self._state.say(MAY_BE_RELEASED, what=first.component) if first else ""
        await until(at, why, woken, for_ever=first is None)

    async def _decide(self, component: str) -> Verdict | None:
        """What the book decided about a gate; one that it finds closed still is looked at again later.

        None when the book has lost the order.
        """
        fulfilment = self._fulfilment
        try:
            gated = await fulfilment.calls.look_at_gate(
                GateRef(order_id=self._state.order_id, component=component)
            )
            if gated.verdict is not Verdict.PENDING:
                self._state.gates.pop(component, None)
                await self._follow(gated)
        except ActivityError as error:
            if not fulfilment.notice(error):
                raise
            return None
        return gated.verdict

    async def _follow(self, gated: Gated) -> None:
        """Go on from a decided gate; deliveries that this run has not got, a new one reads."""
        fulfilment = self._fulfilment
        if any(release.id not in self._state.steps for release in gated.releases):
            self._state.anew = True
            return
        if gated.verdict is Verdict.IMPOSSIBLE:
            await fulfilment.read_again([release.id for release in gated.releases])
        for release in gated.releases:
            step = self._state.steps[release.id]
            if gated.verdict is Verdict.MET and step.next_action is NextAction.AWAIT:
                fulfilment.move(release.id, step.submitted(release.due_at, release.revision))
            elif gated.verdict is Verdict.IMPOSSIBLE and step.next_action is not NextAction.DONE:
                await fulfilment.give_up(release.id)

    def _next_look(self, gate: PlannedGate, known: Known) -> datetime | None:
        """When time may change what becomes of a gate; while a person pauses the order it does not."""
        now = workflow.now()
        if judge(gate, known, self._clock()) is not Verdict.PENDING:
            return now + BOOK_DISAGREES
        return None if self._state.pause else next_look(gate, now)

    def _clock(self) -> datetime:
        """The moment that gates are judged by, as the book does."""
        now = workflow.now()
        return self._state.pause.clock(now) if self._state.pause else now

    def _known(self) -> Known:
        told, confirmed = happened(self._state.events.values())
        return self._state.standing.known(told, confirmed=confirmed)


def _failed(task: "asyncio.Task[None]") -> bool:
    return task.done() and not task.cancelled() and task.exception() is not None

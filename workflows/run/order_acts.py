"""What an act on a whole order comes to in its run; so does the end of a pause, which comes by itself."""

from collections.abc import Callable
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ActivityError

from domain.fulfilment.pauses import Pause
from domain.messages import OrderActed, PauseRef
from domain.notes.runs import GOES_ON, GOES_ON_MOVED
from workflows.run.fulfilment import Fulfilment
from workflows.run.state import OrderRunState
from workflows.run.waiting import until


class OrderActs:
    """Goes on by what an act did to the order in the book."""

    def __init__(self, state: OrderRunState, fulfilment: Fulfilment) -> None:
        self._state = state
        self._fulfilment = fulfilment

    async def follow(self, acted: OrderActed) -> None:
        """Go on from where the book has the order after an act on it."""
        state = self._state
        state.cancelled |= acted.cancelled
        state.take_pause(acted.pause)
        state.anew |= acted.gates_moved and state.waits_for_gates
        for delivery_id, step in acted.moved.items():
            self._fulfilment.move(delivery_id, step)
        if acted.many:
            await self._fulfilment.read_again()

    async def end_pauses(self, over: Callable[[], bool]) -> None:
        """Let the order go on at the end of each of its pauses, until there is nothing left to release."""
        while not over():
            if (pause := self._state.pause) is not None:
                await self._until_it_ends(pause, over)
            await workflow.wait_condition(lambda: over() or self._state.pause is not None)

    async def _until_it_ends(self, pause: Pause, over: Callable[[], bool]) -> None:
        """Wait until a pause was ended or changed by somebody, or end it at its instant."""

        def changed() -> bool:
            return over() or self._state.pause != pause

        goes_on = self._state.say(GOES_ON_MOVED if pause.shift else GOES_ON)
        await until(pause.until, goes_on, changed, for_ever=pause.until is None)
        if pause.until is not None and not changed():
            await self._end(pause.until)

    async def _end(self, instant: datetime) -> None:
        ref = PauseRef(order_id=self._state.order_id, until=instant)
        try:
            acted = await self._fulfilment.calls.end_pause(ref)
        except ActivityError as error:
            if not self._fulfilment.notice(error):
                raise
            return
        await self.follow(acted)

"""The story of one bundle order: accept, release, deliver, settle.

The book (PostgreSQL) holds every fact; this run holds what scheduling needs and could be rebuilt from the
book. That is also how a run whose history grows too long goes on as a new one.
"""

import asyncio
from functools import partial

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from domain.fulfilment.states import OrderState, unsettled_state
from domain.messages import Acceptance, DeliveryBrief, OrderRef, OrderResult, OrderStart, PageRef
from workflows.run.details import markdown
from workflows.run.door import started_with
from workflows.run.fulfilment import Fulfilment
from workflows.run.order_acts import OrderActs
from workflows.run.order_verbs import OrderVerbs
from workflows.run.releases import Releases
from workflows.run.state import OrderRunState
from workflows.search_attributes import HOLD_REASONS, ORDER_STATE


@workflow.defn
class BundleOrder(OrderVerbs):
    """One order, from the paid document to its settlement. Workflow id: `order/{channel}/{order_no}`."""

    @workflow.init
    def __init__(self, *inputs: object) -> None:
        """`inputs`: one OrderStart."""
        start = started_with(OrderStart, inputs)
        self._state = OrderRunState(start=start, lang=start.lang)
        self._fulfilment = Fulfilment(self._state, self._show)
        self._calls = self._fulfilment.calls
        self._order_acts = OrderActs(self._state, self._fulfilment)
        self._releases = Releases(self._state, self._fulfilment)

    @workflow.run
    async def run(self, *inputs: object) -> OrderResult:
        """Fulfil the order and return how it ended."""
        start = self._state.start
        self._details = asyncio.create_task(self._keep_details())
        acceptance = await self._accept(start)
        if acceptance.result.receipt is None:
            self._show(OrderState.REJECTED)
            await workflow.wait_condition(workflow.all_handlers_finished)
            return OrderResult(order_id="", state=OrderState.REJECTED)
        order_id = acceptance.result.receipt.order_id
        fulfilled = acceptance.settled or await self._fulfil()
        result = await self._settle(order_id) if fulfilled else None
        if result is None:
            order_id = await self._remember(start, order_id)
            await self._fulfilment.leave()
            again = {"order_id": order_id, "restored": False}
            workflow.continue_as_new(start.model_copy(update=again))
        self._show(result.state)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return result

    async def _accept(self, start: OrderStart) -> Acceptance:
        """Accept a placed order, or take over one from the book."""
        if start.placed is not None:
            acceptance = await self._calls.accept(start.placed)
        else:
            acceptance = await self._calls.recall(OrderRef(order_id=start.order_id))
        receipt = acceptance.result.receipt
        order_id = receipt.order_id if receipt else ""
        deliveries = await self._all_deliveries(order_id, acceptance)
        self._state.accept(order_id, acceptance, deliveries, workflow.now())
        self._fulfilment.callbacks_before()
        self._show()
        if start.restored:
            await self._fulfilment.doubt()
        return acceptance

    async def _all_deliveries(self, order_id: str, acceptance: Acceptance) -> list[DeliveryBrief]:
        """Every delivery of the order; those of a large one come in pages, which are made to fit together."""
        found = {brief.id: brief for brief in acceptance.deliveries}
        first, last = acceptance.last_event, acceptance.last_event
        ref = PageRef(order_id=order_id, after=-1)
        more_after = acceptance.more_after
        while more_after is not None:
            page = await self._calls.page(ref.model_copy(update={"after": more_after}))
            self._state.cancelled |= page.cancelled
            found |= {brief.id: brief for brief in page.deliveries}
            more_after, last = page.more_after, page.last_event
            if more_after is None and last != first:
                ref, first, more_after = ref.model_copy(update={"since": first}), last, -1
        return list(found.values())

    async def _fulfil(self) -> bool:
        """Deliver all of it, and undo it where the policy says so. False when a new run must go on."""
        await self._releases.run(self._fulfilment.drive, self._order_acts.end_pauses)
        return self._state.all_done and (not self._state.standing.doomed or await self._undo())

    async def _settle(self, order_id: str) -> OrderResult | None:
        """Close the order, if its last delivery did not; None when a restored book has to be completed."""
        if self._state.settled is not None and not self._state.restored:
            return self._state.settled
        try:
            result = await self._calls.settle(OrderRef(order_id=order_id, revision=self._state.revision))
        except ActivityError as error:
            if not self._fulfilment.notice(error):
                raise
            return None
        self._state.restored = result.restored
        return None if result.restored else result

    async def _remember(self, start: OrderStart, order_id: str) -> str:
        """Complete the book if it was restored; return the order's id in it."""
        if self._state.missing:
            order_id = await self._accept_again(start)
        if self._state.restored:
            recalled = await self._calls.recall(OrderRef(order_id=order_id))
            await self._fulfilment.remember(order_id, await self._all_deliveries(order_id, recalled))
        return order_id

    async def _accept_again(self, start: OrderStart) -> str:
        if start.placed is None:
            raise ApplicationError("the book has lost this order, and this run has no document of it")
        placed = start.placed.model_copy(update={"accepted_before": True})
        receipt = (await self._calls.accept(placed)).result.receipt
        if receipt is None:
            raise ApplicationError("the book has lost this order and does not accept it again")
        return receipt.order_id

    async def _undo(self) -> bool:
        """Take back what was delivered, last one first. False when a new run must go on with it.

        One that is not decided yet keeps no other one waiting.
        """
        delivered = self._state.delivered
        partly = [i for i, step in self._state.steps.items() if step.issued and i not in delivered]
        begun: list[asyncio.Task[bool]] = []
        for delivery_id in [*partly, *reversed(delivered)]:
            task = asyncio.create_task(self._fulfilment.revoke(delivery_id))
            begun.append(task)
            await workflow.wait_condition(partial(self._is_under_way, task, delivery_id))
        return all(await asyncio.gather(*begun))

    def _is_under_way(self, task: "asyncio.Task[bool]", delivery_id: str) -> bool:
        return task.done() or delivery_id in self._state.revoking

    def _show(self, ended: OrderState | None = None) -> None:
        """Keep Temporal's UI current: the table of deliveries, and what runs are searched by."""
        run = self._state
        state = ended or unsettled_state([step.state for step in run.steps.values()])
        run.stale = True
        if ended:
            self._write_details(state)
        reasons = sorted({step.reason.value for step in run.steps.values() if step.reason})
        if (state.value, reasons) != (run.shown_state, run.shown_reasons):
            run.shown_state, run.shown_reasons = state.value, reasons
            workflow.upsert_search_attributes(
                [ORDER_STATE.value_set(state.value), HOLD_REASONS.value_set(reasons)]
            )

    async def _keep_details(self) -> None:
        """Write the table anew once for all that moved at the same time."""
        while True:
            await workflow.wait_condition(lambda: self._state.stale)
            self._write_details(unsettled_state([step.state for step in self._state.steps.values()]))

    def _write_details(self, state: OrderState) -> None:
        workflow.set_current_details(markdown(state, self._state))
        self._state.stale = False

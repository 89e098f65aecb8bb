"""The story of a case: revoke or find out, deliver again or refund, close."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from domain.fulfilment.cases import CASES, CaseKind
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState, unsettled_state
from domain.fulfilment.steps import NextAction
from domain.messages import CaseBrief, CaseRef, CaseResult, DeliveryBrief
from domain.notes.runs import REFUND_OF_FAILED, STILL_STANDS
from domain.requests import VerifyRequest
from workflows.run.details import markdown
from workflows.run.door import started_with
from workflows.run.fulfilment import Fulfilment
from workflows.run.state import RunState
from workflows.run.verbs import DeliveryVerbs
from workflows.run.waiting import until
from workflows.search_attributes import HOLD_REASONS

NOBODY_ASKED = timedelta(minutes=5)
"""How long to wait after nobody could ask the supplier."""


@workflow.defn
class Case(DeliveryVerbs):
    """Aftercare of one delivery. Workflow id: `case/{channel}/{order_no}/{number}`."""

    @workflow.init
    def __init__(self, *inputs: object) -> None:
        """`inputs`: one CaseRef."""
        ref = self._ref = started_with(CaseRef, inputs)
        self._state = RunState(case=ref.number, lang=ref.lang)
        self._fulfilment = Fulfilment(self._state, self._show)
        self._calls = self._fulfilment.calls

    @workflow.run
    async def run(self, *inputs: object) -> CaseResult:
        """Settle the case and return how it ended."""
        ref = self._ref
        case = await self._calls.begin_case(ref)
        self._state.take(ref.order_id, [case.delivery], workflow.now())
        self._fulfilment.callbacks_before()
        if not case.closed:
            self._show()
            decided = await self._settle(ref, case)
            if not decided:
                if self._state.restored:
                    await self._fulfilment.remember(ref.order_id, [case.delivery])
                await self._fulfilment.leave()
                workflow.continue_as_new(ref)
        result = await self._calls.close_case(ref)
        self._show()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return result

    async def _settle(self, ref: CaseRef, case: CaseBrief) -> bool:
        """Do what this kind of case is about. False when a new run must go on with it."""
        if case.kind is CaseKind.REFUND_FAILED:
            return await self._wait_for_people(case)
        rule = CASES[case.kind]
        if case.kind is CaseKind.REVERSAL:
            await self._find_out(case)
        elif rule.revokes and not await self._fulfilment.revoke(case.delivery.id):
            return False
        if rule.buys_again:
            self._fulfilment.move(case.delivery.id, await self._calls.reopen(ref))
        await self._fulfilment.drive(case.delivery)
        return self._state.all_done

    async def _wait_for_people(self, case: CaseBrief) -> bool:
        """Wait until somebody acts, or until the deadline decides. False when a new run must go on."""
        step = self._state.steps[case.delivery.id]

        def acted() -> bool:
            return self._state.steps[case.delivery.id] is not step

        why = self._state.say(REFUND_OF_FAILED, what=case.delivery.component)
        await until(step.deadline, why, lambda: acted() or self._state.anew)
        return acted() or not self._state.anew

    async def _find_out(self, case: CaseBrief) -> None:
        """Ask until the supplier says whether its delivery still stands."""
        brief, asked = case.delivery, 0
        step = self._state.steps[brief.id]
        while step.state is DeliveryState.DELIVERED and not self._fulfilment.too_long():
            step = await self._verify(brief, step, asked)
            asked += 1
            if step.next_action is not NextAction.CHECK:
                break
            why = self._state.say(STILL_STANDS, what=brief.component)
            await until(step.at, why, self._fulfilment.too_long)
        self._fulfilment.move(brief.id, step)

    async def _verify(self, brief: DeliveryBrief, stands: Snapshot, asked: int) -> Snapshot:
        order_id = self._state.order_id
        request = VerifyRequest(order_id=order_id, delivery_id=brief.id, asked=asked)
        try:
            return await self._calls.verify(brief, stands.offer, request)
        except ActivityError:
            return stands.checked(workflow.now() + NOBODY_ASKED)

    def _show(self) -> None:
        """Keep Temporal's UI current, as an order's run does."""
        steps = self._state.steps
        state = unsettled_state([step.state for step in steps.values()])
        workflow.set_current_details(markdown(state, self._state))
        reasons = sorted({step.reason.value for step in steps.values() if step.reason})
        if reasons != self._state.shown_reasons:
            self._state.shown_reasons = reasons
            workflow.upsert_search_attributes([HOLD_REASONS.value_set(reasons)])

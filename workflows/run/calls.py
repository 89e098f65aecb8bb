"""How a run calls its activities: queues, time limits and retries, in one place.

Limits are of time, not of attempts. Business outcomes come back as results; an exception means that our own
side, or nobody on the supplier's queue, could not do the work in time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError

from domain.fulfilment.snapshot import Snapshot
from domain.messages import (
    Acceptance,
    Acted,
    CaseBrief,
    CaseRef,
    CaseResult,
    DeliveryBrief,
    Gated,
    GateRef,
    OrderActed,
    OrderRef,
    OrderResult,
    Page,
    PageRef,
    PauseRef,
    PlaceOrder,
)
from domain.notes import every as every  # a run reads what activities wrote, and loads nothing later
from domain.notes.note import Note
from domain.notes.progress import AnErrorInPerkflow, NobodyDidTheWork
from domain.notes.runs import (
    ACCEPT,
    ACT,
    ASK,
    ASK_WHETHER_IT_STANDS,
    BEGIN_CASE,
    BUY,
    CLOSE_CASE,
    END_PAUSE,
    GIVE_UP,
    HOLD,
    MAY_BE_RELEASED,
    RECALL,
    RECALL_MORE,
    REISSUE,
    REMEMBER,
    RESUME,
    SETTLE,
    TAKE_BACK,
)
from domain.notes.words import Words
from domain.requests import (
    CheckRequest,
    DeliveryRequest,
    GiveUpRequest,
    HoldRequest,
    RememberRequest,
    Reply,
    ResumeRequest,
    Revocation,
    RevokeRequest,
    SubmitRequest,
    VerifyRequest,
)
from domain.texts import ForPeople
from domain.verbs.human_act import HumanAct
from workflows.priorities import AFTER_A_VERB
from workflows.queues import query_queue, submit_queue
from workflows.run.state import RunState
from workflows.signatures import ORDER_MISSING, SUPPLIER_UNREACHABLE, OrderActivities, SupplierActivities

BOOK: dict[str, Any] = {
    "start_to_close_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        maximum_interval=timedelta(seconds=30),
        non_retryable_error_types=[ORDER_MISSING],
    ),
}
SUPPLIER: dict[str, Any] = {
    "schedule_to_start_timeout": timedelta(minutes=5),
    "start_to_close_timeout": timedelta(minutes=2),
    "schedule_to_close_timeout": timedelta(hours=1),
    "heartbeat_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(seconds=30),
        non_retryable_error_types=[ORDER_MISSING],
    ),
}
WITHOUT_END: dict[str, Any] = {
    **SUPPLIER,
    "schedule_to_start_timeout": None,
    "schedule_to_close_timeout": None,
}
"""For what is not given up while its supplier is away."""
MOST = 400
"""Calls of one run. Each makes up to ten events, and Temporal suggests a new run after 4096."""

Asked = TypeVar("Asked")
AtSupplier = TypeVar("AtSupplier", bound=DeliveryRequest)
Answer = TypeVar("Answer")


class Calls:
    """The calls of one run, counted: that is how it knows when to go on as a new one.

    What the server says of a history's length is not the same at every moment of a replay, where a local
    activity outlived a workflow task. How often a run called is.
    """

    def __init__(self, state: RunState) -> None:
        self._state = state
        self._turn = asyncio.Lock()

    @property
    def many(self) -> bool:
        """Whether a new run should go on, before the history of this one gets long."""
        return self._state.calls >= MOST

    async def accept(self, request: PlaceOrder) -> Acceptance:
        """Accept the order in the book, or find it there."""
        return await self._in_the_book(OrderActivities.accept, request, ACCEPT)

    async def recall(self, ref: OrderRef) -> Acceptance:
        """An accepted order as the book stands now."""
        return await self._in_the_book(OrderActivities.recall, ref, RECALL)

    async def page(self, ref: PageRef) -> Page:
        """More deliveries of an order that has many."""
        return await self._in_the_book(OrderActivities.page, ref, RECALL_MORE)

    async def look_at_gate(self, ref: GateRef) -> Gated:
        """Decide a component's gate in the book, if that can be done by now."""
        return await self._in_the_book(OrderActivities.look_at_gate, ref, MAY_BE_RELEASED, what=ref.component)

    async def hold(self, request: HoldRequest) -> Snapshot:
        """Hold a delivery in the book."""
        return await self._in_the_book(OrderActivities.hold, request, HOLD, reason=request.reason)

    async def remember(self, request: RememberRequest) -> Snapshot:
        """Give the book back what it has lost of a delivery."""
        return await self._in_the_book(OrderActivities.remember, request, REMEMBER)

    async def resume(self, request: ResumeRequest) -> Reply:
        """Let a held delivery go on."""
        return await self._in_the_book(OrderActivities.resume, request, RESUME)

    async def give_up(self, request: GiveUpRequest) -> Reply:
        """Close a delivery that will not be delivered."""
        return await self._in_the_book(OrderActivities.give_up, request, GIVE_UP)

    async def act(self, request: HumanAct) -> Acted:
        """Apply a person's act in the book."""
        acted = await self._in_the_book(
            OrderActivities.act, request, ACT, act=request.act, actor=request.actor
        )
        self._state.acted_on.add(request.delivery_id)
        return acted

    async def act_on_order(self, request: HumanAct) -> OrderActed:
        """Apply a person's act on a whole order in the book."""
        return await self._in_the_book(
            OrderActivities.act_on_order, request, ACT, act=request.act, actor=request.actor
        )

    async def end_pause(self, ref: PauseRef) -> OrderActed:
        """Let a paused order go on at the end of its pause."""
        return await self._in_the_book(OrderActivities.end_pause, ref, END_PAUSE)

    async def begin_case(self, ref: CaseRef) -> CaseBrief:
        """A case as the book stands now."""
        return await self._in_the_book(OrderActivities.begin_case, ref, BEGIN_CASE)

    async def reopen(self, ref: CaseRef) -> Snapshot:
        """Let a delivery that a case revoked be bought again."""
        return await self._in_the_book(OrderActivities.reopen, ref, REISSUE)

    async def close_case(self, ref: CaseRef) -> CaseResult:
        """Close a case in the book."""
        return await self._in_the_book(OrderActivities.close_case, ref, CLOSE_CASE)

    async def settle(self, ref: OrderRef) -> OrderResult:
        """Close the order in the book."""
        return await self._in_the_book(OrderActivities.settle, ref, SETTLE)

    async def submit(self, brief: DeliveryBrief, request: SubmitRequest) -> Reply:
        """Buy from one of the delivery's offers."""
        connection = brief.connections[request.offer]
        return await self._at_supplier(
            SupplierActivities.submit,
            request,
            submit_queue(connection),
            self._named(BUY, brief, connection),
            SUPPLIER,
        )

    async def check(self, brief: DeliveryBrief, request: CheckRequest) -> Reply:
        """Ask the supplier about the delivery's open attempt."""
        connection = brief.connections[request.offer]
        return await self._at_supplier(
            SupplierActivities.check,
            request,
            query_queue(connection),
            self._named(ASK, brief, connection),
            SUPPLIER,
        )

    async def revoke(self, brief: DeliveryBrief, offer: int, request: RevokeRequest) -> Revocation:
        """Take a delivery back at its supplier."""
        connection = brief.connections[offer]
        return await self._at_supplier(
            SupplierActivities.revoke,
            request,
            query_queue(connection),
            self._named(TAKE_BACK, brief, connection),
            WITHOUT_END,
        )

    async def verify(self, brief: DeliveryBrief, offer: int, request: VerifyRequest) -> Snapshot:
        """Ask the supplier whether a delivery still stands."""
        connection = brief.connections[offer]
        return await self._at_supplier(
            SupplierActivities.verify,
            request,
            query_queue(connection),
            self._named(ASK_WHETHER_IT_STANDS, brief, connection),
            WITHOUT_END,
        )

    async def _in_the_book(
        self, activity: Callable[[Any, Asked], Awaitable[Answer]], asked: Asked, words: Words, **said: Any
    ) -> Answer:
        """Ask the book, one question at a time.

        It answers them one after the other anyway, and of several that run at once a history does not always
        keep the order in which they were answered: a replay could go another way.
        """
        async with self._turn:
            self._state.calls += 1
            return await workflow.execute_local_activity_method(
                activity, asked, summary=ForPeople(self._state.say(words, **said)), **BOOK
            )

    def _named(self, words: Words, brief: DeliveryBrief, connection: str) -> str:
        return self._state.say(words, what=brief.name, supplier=connection)

    async def _at_supplier(
        self,
        activity: Callable[[Any, AtSupplier], Awaitable[Answer]],
        request: AtSupplier,
        queue: str,
        summary: str,
        limits: Mapping[str, Any],
    ) -> Answer:
        self._state.calls += 1
        first = request.delivery_id in self._state.acted_on
        self._state.acted_on.discard(request.delivery_id)
        return await workflow.execute_activity_method(
            activity,
            request,
            task_queue=queue,
            summary=ForPeople(summary),
            priority=AFTER_A_VERB if first else Priority.default,
            **limits,
        )


def is_lost(error: ActivityError) -> bool:
    """Whether the order is missing in the book, which was restored."""
    return isinstance(error.cause, ApplicationError) and error.cause.type == ORDER_MISSING


def why_not_done(error: ActivityError) -> Note:
    """Why an activity ended without a result, for people. Only what is known to be harmless is shown."""
    cause = error.cause
    if isinstance(cause, TimeoutError):
        return NobodyDidTheWork()
    if isinstance(cause, ApplicationError) and cause.type == SUPPLIER_UNREACHABLE and cause.details:
        return Note.model_validate(cause.details[0])
    return AnErrorInPerkflow(what=getattr(cause, "type", None) or type(cause).__name__)

"""The book's side of an order. Every method is one short transaction and may be repeated freely."""

from collections.abc import Callable
from datetime import datetime

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.fulfilment.steps import Step
from domain.messages import (
    Acceptance,
    Acted,
    CaseBrief,
    CaseRef,
    CaseResult,
    DeliveryRef,
    Gated,
    GateRef,
    HoldRequest,
    OrderActed,
    OrderRef,
    OrderResult,
    Page,
    PageRef,
    PlaceOrder,
)
from domain.verbs.human_act import HumanAct
from storage.aftercare import cases
from storage.base.database import Database
from storage.base.requests import ActRefused
from storage.base.sealing import Vault
from storage.deliveries import gates, holds, settlement
from storage.orders import acceptance, recall
from storage.people import acts
from storage.restore import memory
from workflows.signatures import ACT_REFUSED, OrderActivities


class BookActivities(OrderActivities):
    """Implements the workflow's `OrderActivities` on the database."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    @activity.defn
    async def accept(self, request: PlaceOrder) -> Acceptance:
        async with self._database.transaction() as session:
            return await acceptance.accept(session, self._vault, request, self._clock())

    @activity.defn
    async def recall(self, ref: OrderRef) -> Acceptance:
        async with self._database.transaction() as session:
            return await recall.recall(session, ref.order_id)

    @activity.defn
    async def page(self, ref: PageRef) -> Page:
        async with self._database.transaction() as session:
            return await recall.page(session, ref)

    @activity.defn
    async def look_at_gate(self, ref: GateRef) -> Gated:
        async with self._database.transaction() as session:
            return await gates.look_at_gate(session, ref.order_id, ref.component, self._clock())

    @activity.defn
    async def hold(self, request: HoldRequest) -> Step:
        async with self._database.transaction() as session:
            return await holds.hold(
                session, request.order_id, request.delivery_id, request.reason, request.note, self._clock()
            )

    @activity.defn
    async def remember(self, ref: DeliveryRef) -> Step:
        async with self._database.transaction() as session:
            return await memory.remember(session, ref, self._clock())

    @activity.defn
    async def resume(self, ref: DeliveryRef) -> Step:
        async with self._database.transaction() as session:
            if other := await memory.agree(session, ref, self._clock()):
                return other
            return await holds.resume(session, ref.order_id, ref.delivery_id, self._clock(), ref.reason)

    @activity.defn
    async def give_up(self, ref: DeliveryRef) -> Step:
        async with self._database.transaction() as session:
            if other := await memory.agree(session, ref, self._clock()):
                return other
            return await settlement.give_up(
                session,
                ref.order_id,
                ref.delivery_id,
                ref.reason,
                self._clock(),
                ran_out=not ref.giving_up,
            )

    @activity.defn
    async def act(self, request: HumanAct) -> Acted:
        ref = DeliveryRef(order_id=request.order_id, delivery_id=request.delivery_id, known=request.known)
        try:
            async with self._database.transaction() as session:
                if lost := await memory.catch_up(session, ref, self._clock()):
                    return Acted(step=lost)
                return await acts.act(session, request, self._clock())
        except ActRefused as refused:
            raise ApplicationError(str(refused), type=ACT_REFUSED, non_retryable=True) from None

    @activity.defn
    async def act_on_order(self, request: HumanAct) -> OrderActed:
        try:
            async with self._database.transaction() as session:
                return await acts.act_on_order(session, request, self._clock())
        except ActRefused as refused:
            raise ApplicationError(str(refused), type=ACT_REFUSED, non_retryable=True) from None

    @activity.defn
    async def begin_case(self, ref: CaseRef) -> CaseBrief:
        async with self._database.transaction() as session:
            return await cases.begin_case(session, ref)

    @activity.defn
    async def reopen(self, ref: CaseRef) -> Step:
        async with self._database.transaction() as session:
            return await cases.reopen(session, ref, self._clock())

    @activity.defn
    async def close_case(self, ref: CaseRef) -> CaseResult:
        async with self._database.transaction() as session:
            return await cases.close_case(session, ref, self._clock())

    @activity.defn
    async def settle(self, ref: OrderRef) -> OrderResult:
        async with self._database.transaction() as session:
            return await settlement.settle(session, ref.order_id, self._clock(), revision=ref.revision)

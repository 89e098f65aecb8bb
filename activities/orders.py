"""The book's side of an order. Every method is one short transaction and may be repeated freely."""

from collections.abc import Callable
from datetime import datetime

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.fulfilment.snapshot import Snapshot
from domain.messages import (
    Acceptance,
    Acted,
    CaseBrief,
    CaseRef,
    CaseResult,
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
from domain.planning.modes import ALL_LIVE, Supply
from domain.requests import GiveUpRequest, HoldRequest, RememberRequest, Reply, ResumeRequest
from domain.verbs.human_act import HumanAct
from storage.aftercare import cases
from storage.base.database import Database
from storage.base.requests import ActRefused
from storage.base.sealing import Vault
from storage.deliveries import closing, gates, holds, settlement
from storage.orders import acceptance, recall
from storage.people import acts, pauses
from storage.restore import memory
from storage.supply.reserving import Contended
from workflows.signatures import ACT_REFUSED, OrderActivities


class BookActivities(OrderActivities):
    """Implements the workflow's `OrderActivities` on the database."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        supply: Supply = ALL_LIVE,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._supply = supply

    @activity.defn
    async def accept(self, request: PlaceOrder) -> Acceptance:
        try:
            return await self._accept(request, alone=False)
        except Contended:
            return await self._accept(request, alone=True)

    async def _accept(self, request: PlaceOrder, *, alone: bool) -> Acceptance:
        async with self._database.transaction() as session:
            return await acceptance.accept(
                session, self._vault, request, self._clock(), self._supply, alone=alone
            )

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
    async def hold(self, request: HoldRequest) -> Snapshot:
        async with self._database.transaction() as session:
            return await holds.hold(
                session, request.order_id, request.delivery_id, request.reason, request.note, self._clock()
            )

    @activity.defn
    async def remember(self, request: RememberRequest) -> Snapshot:
        async with self._database.transaction() as session:
            return await memory.remember(session, request, self._clock())

    @activity.defn
    async def resume(self, request: ResumeRequest) -> Reply:
        async with self._database.transaction() as session:
            if other := await memory.agree(session, request, self._clock()):
                return other
            resumed = await holds.resume(session, request.order_id, request.delivery_id, self._clock())
            return Reply(delivery=resumed)

    @activity.defn
    async def give_up(self, request: GiveUpRequest) -> Reply:
        async with self._database.transaction() as session:
            if other := await memory.agree(session, request, self._clock()):
                return other
            return await settlement.give_up(
                session,
                request.order_id,
                request.delivery_id,
                request.reason,
                self._clock(),
                ran_out=request.ran_out,
            )

    @activity.defn
    async def act(self, request: HumanAct) -> Acted:
        try:
            async with self._database.transaction() as session:
                if lost := await memory.catch_up(session, request, self._clock()):
                    return Acted(step=lost.delivery, restored=lost.restored)
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
    async def end_pause(self, ref: PauseRef) -> OrderActed:
        async with self._database.transaction() as session:
            return await pauses.end_pause(session, ref, self._clock())

    @activity.defn
    async def begin_case(self, ref: CaseRef) -> CaseBrief:
        async with self._database.transaction() as session:
            return await cases.begin_case(session, ref)

    @activity.defn
    async def reopen(self, ref: CaseRef) -> Snapshot:
        async with self._database.transaction() as session:
            return await cases.reopen(session, ref, self._clock())

    @activity.defn
    async def close_case(self, ref: CaseRef) -> CaseResult:
        async with self._database.transaction() as session:
            return await cases.close_case(session, ref, self._clock())

    @activity.defn
    async def settle(self, ref: OrderRef) -> OrderResult:
        async with self._database.transaction() as session:
            return await closing.settle(session, ref.order_id, self._clock(), revision=ref.revision)

"""Calls to one supplier connection: write the intent, call, write the outcome.

No transaction is open across a call. An attempt that is found open is asked about before anything is sent.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.service import RPCError

from activities.heartbeat import heartbeats
from activities.runs.wake import tell_woken
from adapters.supplier import Exchange, NotSent, Supplier
from domain.fulfilment.holds import Sign, woken_by
from domain.fulfilment.steps import Step
from domain.messages import DeliveryRef, Revocation, VerificationBatch
from domain.supply.outcomes import Delivered, Pending, QueryOutcome, Rejected, RevokeOutcome, Uncertain
from storage.aftercare import verification
from storage.base.database import Database
from storage.base.sealing import Vault
from storage.deliveries import settlement
from storage.purchasing import attempts, outcomes
from storage.purchasing.attempts import Ask, Decided, Send
from storage.restore import memory
from storage.supply import health
from storage.supply.restock import wake_for_supplier
from workflows.signatures import SUPPLIER_UNREACHABLE, SupplierActivities

MOST_SILENCES = 3
"""After so many in a row a supplier is not asked about the rest this time: that would only wait."""
TRIES_TO_CONNECT = 5


class ConnectionActivities(SupplierActivities):
    """Implements the workflow's `SupplierActivities` for one connection."""

    def __init__(
        self,
        connection: str,
        supplier: Supplier,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
    ) -> None:
        self._connection = connection
        self._supplier = supplier
        self._database = database
        self._vault = vault
        self._clock = clock

    @activity.defn
    async def submit(self, ref: DeliveryRef) -> Step:
        async with self._database.transaction() as session:
            if lost := await memory.catch_up(session, ref, self._clock()):
                return lost
            begun = await attempts.begin_submit(
                session,
                self._vault,
                ref.order_id,
                ref.delivery_id,
                ref.offer,
                self._clock(),
                askable=self._supplier.capabilities.query_by_our_number,
            )
        match begun:
            case Decided(step=step):
                return step
            case Ask():
                return await self._ask(ref, begun)
            case Send():
                return await self._send(ref, begun)

    @activity.defn
    async def check(self, ref: DeliveryRef) -> Step:
        async with self._database.transaction() as session:
            if lost := await memory.catch_up(session, ref, self._clock()):
                return lost
            begun = await attempts.begin_check(session, self._vault, ref.order_id, ref.delivery_id, ref.offer)
        return begun.step if isinstance(begun, Decided) else await self._ask(ref, begun)

    @activity.defn
    async def revoke(self, ref: DeliveryRef) -> Revocation:
        async with self._database.transaction() as session:
            begun = await settlement.begin_revoke(session, self._vault, ref, self._clock())
        if isinstance(begun, Revocation):
            return begun
        outcome: RevokeOutcome
        try:
            async with heartbeats():
                answer = await self._supplier.revoke(begun.purchase, begun.units)
            outcome, exchange = answer.outcome, answer.exchange
        except NotSent as error:
            if activity.info().attempt < TRIES_TO_CONNECT:
                raise self._unreachable(error) from error
            outcome = Uncertain(f"{self._connection} cannot be reached: {error}", silent=True)
            exchange = Exchange("", "")
        async with self._database.transaction() as session:
            return await settlement.record_revocation(
                session,
                self._vault,
                ref.order_id,
                begun.attempt_id,
                outcome,
                (exchange.request, exchange.response),
                self._clock(),
                begun.heard,
            )

    @activity.defn
    async def verify(self, ref: DeliveryRef) -> Step:
        async with self._database.transaction() as session:
            begun = await verification.begin_verification(session, self._vault, ref.order_id, ref.delivery_id)
        if isinstance(begun, Decided):
            return begun.step
        outcome, exchange = await self._asked(begun)
        async with self._database.transaction() as session:
            return await verification.record_verification(
                session,
                self._vault,
                ref.order_id,
                begun.attempt_id,
                outcome,
                (exchange.request, exchange.response),
                ref.asked,
                self._clock(),
                begun.heard,
            )

    @activity.defn
    async def verify_batch(self, due: VerificationBatch) -> VerificationBatch:
        doubtful, silences = [], 0
        for ref in due.deliveries:
            if silences >= MOST_SILENCES:
                break
            activity.heartbeat()
            async with self._database.transaction() as session:
                begun = await verification.begin_verification(
                    session,
                    self._vault,
                    ref.order_id,
                    ref.delivery_id,
                    refused=ref.refused,
                    due=self._clock(),
                )
            if isinstance(begun, Decided):
                continue
            outcome, _ = await self._asked(begun)
            spared = isinstance(outcome, Uncertain) and (outcome.silent or outcome.after is not None)
            silences = silences + 1 if spared else 0
            async with self._database.transaction() as session:
                stands = await verification.record_in_batch(
                    session,
                    ref.order_id,
                    begun.attempt_id,
                    outcome,
                    self._supplier.capabilities,
                    self._clock(),
                    begun.heard,
                )
            if not stands:
                doubtful.append(ref)
        more = due.more and silences < MOST_SILENCES
        return VerificationBatch(connection=self._connection, deliveries=doubtful, more=more)

    async def _send(self, ref: DeliveryRef, begun: Send) -> Step:
        try:
            async with heartbeats():
                answer = await self._supplier.submit(begun.purchase)
        except NotSent as error:
            last_try = activity.info().attempt >= TRIES_TO_CONNECT
            async with self._database.transaction() as session:
                step = await attempts.not_sent(
                    session, ref.order_id, begun, self._clock(), last_try=last_try, busy=error.answered
                )
            if step is not None:
                return step
            if not last_try:
                raise self._unreachable(error) from error
            refused = Rejected("unreachable", f"{self._connection} cannot be reached", "supplier")
            return await self._record(ref, begun, refused, Exchange("", ""), asked=False)
        return await self._record(ref, begun, answer.outcome, answer.exchange, asked=False)

    async def _ask(self, ref: DeliveryRef, begun: Ask) -> Step:
        outcome, exchange = await self._asked(begun)
        return await self._record(ref, begun, outcome, exchange, asked=True)

    async def _asked(self, begun: Ask) -> tuple[QueryOutcome, Exchange]:
        """What the supplier says about an attempt; one that cannot be asked says nothing."""
        if not self._supplier.capabilities.query_by_our_number:
            return Uncertain("what became of the request is not known"), Exchange("", "")
        try:
            async with heartbeats():
                answer = await self._supplier.query(begun.purchase)
        except NotSent as error:
            return Uncertain(f"{self._connection} cannot be reached: {error}", silent=True), Exchange("", "")
        return answer.outcome, answer.exchange

    async def _record(
        self, ref: DeliveryRef, begun: Ask | Send, outcome: QueryOutcome, exchange: Exchange, *, asked: bool
    ) -> Step:
        async with self._database.transaction() as session:
            left_alone = await health.is_left_alone(session, self._connection)
            step = await outcomes.record_answer(
                session,
                self._vault,
                ref.order_id,
                begun.attempt_id,
                outcome,
                (exchange.request, exchange.response),
                self._supplier.capabilities,
                self._clock(),
                asked=asked,
                heard=begun.heard,
                giving_up=ref.giving_up,
            )
            mended = left_alone and not await health.is_left_alone(session, self._connection)
        tried_again = ref.known is not None and ref.known.tries > 0
        filled = tried_again and isinstance(outcome, Delivered | Pending)
        await self._wake(mended=mended, filled=filled)
        return step

    async def _wake(self, *, mended: bool, filled: bool) -> None:
        """Let go on what this answer shows to be over: silence, or a wallet that was empty."""
        signs = [Sign.ANSWER] * mended + [Sign.SALE] * filled
        if not signs:
            return
        why = f"{self._connection} {'answers' if mended else 'sells'} again"
        woken = await wake_for_supplier(
            self._database, self._connection, why, self._clock(), woken_by(*signs)
        )
        if woken:
            with suppress(RPCError):  # the sweep finds what is overdue
                await tell_woken(activity.client(), woken)

    def _unreachable(self, error: NotSent) -> ApplicationError:
        return ApplicationError(
            f"{self._connection} cannot be reached: {error}",
            type=SUPPLIER_UNREACHABLE,
            category=ApplicationErrorCategory.BENIGN,
            next_retry_delay=error.after or None,
        )

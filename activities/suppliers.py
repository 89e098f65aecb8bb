"""Calls to one supplier connection: write the intent, call, write the outcome.

No transaction is open across a call. An attempt that is found open is asked about before anything is sent.
"""

import logging
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
from domain.fulfilment.snapshot import Snapshot
from domain.messages import DueVerification, VerificationBatch
from domain.notes.general import Because
from domain.notes.note import Note
from domain.notes.progress import SupplierAnswers, SupplierSells
from domain.notes.supply.answers import NotKnown, Unreachable
from domain.notes.words import Language
from domain.requests import (
    CallRequest,
    CheckRequest,
    Reply,
    Revocation,
    RevokeRequest,
    SubmitRequest,
    VerifyRequest,
)
from domain.supply.health import CircuitState
from domain.supply.outcomes import Delivered, Pending, QueryOutcome, Rejected, RevokeOutcome, Uncertain
from storage.aftercare import verification
from storage.base.database import Database
from storage.base.requests import OrderErased
from storage.base.sealing import Vault
from storage.deliveries import closing, settlement
from storage.purchasing import at_hand, attempts, outcomes
from storage.purchasing.attempts import Ask, Decided, Send
from storage.purchasing.opening import NotOpened
from storage.restore import memory
from storage.supply import health
from storage.supply.restock import wake_for_supplier
from storage.upkeep import unopened
from workflows.signatures import SUPPLIER_UNREACHABLE, SupplierActivities

MOST_SILENCES = 3
"""After so many in a row a supplier is not asked about the rest this time: that would only wait."""
TRIES_TO_CONNECT = 5

log = logging.getLogger(__name__)


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
    async def submit(self, request: SubmitRequest) -> Reply:
        async with self._database.transaction() as session:
            found = await at_hand.of_delivery(session, request.order_id, request.delivery_id, request.offer)
            if lost := await memory.catch_up(session, request, self._clock()):
                return lost
            begun = await attempts.begin_submit(
                session,
                self._vault,
                found,
                request.offer,
                self._clock(),
                askable=self._supplier.capabilities.query_by_our_number,
                known=request.known.revision,
            )
        match begun:
            case Decided(reply=reply):
                return reply
            case Ask():
                return await self._ask(request, begun)
            case Send():
                return await self._send(request, begun)

    @activity.defn
    async def check(self, request: CheckRequest) -> Reply:
        async with self._database.transaction() as session:
            found = await at_hand.of_delivery(session, request.order_id, request.delivery_id, request.offer)
            if lost := await memory.catch_up(session, request, self._clock()):
                return lost
            begun = await attempts.begin_check(session, self._vault, found, request.offer)
        if isinstance(begun, Decided):
            return begun.reply
        return await self._ask(request, begun, giving_up=request.giving_up)

    @activity.defn
    async def revoke(self, request: RevokeRequest) -> Revocation:
        async with self._database.transaction() as session:
            begun = await settlement.begin_revoke(
                session, self._vault, request, self._connection, self._clock()
            )
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
            outcome = Uncertain(self._away(error), silent=True)
            exchange = Exchange("", "")
        async with self._database.transaction() as session:
            return await settlement.record_revocation(
                session,
                self._vault,
                request.order_id,
                begun.attempt_id,
                outcome,
                (exchange.request, exchange.response),
                self._clock(),
                begun.heard,
            )

    @activity.defn
    async def verify(self, request: VerifyRequest) -> Snapshot:
        async with self._database.transaction() as session:
            begun = await verification.begin_verification(
                session, self._vault, request.order_id, request.delivery_id, self._connection
            )
        if isinstance(begun, Decided):
            return begun.reply.delivery
        outcome, exchange = await self._asked(begun)
        async with self._database.transaction() as session:
            return await verification.record_verification(
                session,
                self._vault,
                request.order_id,
                begun.attempt_id,
                outcome,
                (exchange.request, exchange.response),
                request.asked,
                self._clock(),
                begun.heard,
            )

    @activity.defn
    async def verify_batch(self, due: VerificationBatch) -> VerificationBatch:
        doubtful, silences = [], 0
        for each in due.deliveries:
            if silences >= MOST_SILENCES:
                break
            activity.heartbeat()
            begun = await self._begin_verification(each)
            if begun is None:
                continue
            outcome, _ = await self._asked(begun)
            spared = isinstance(outcome, Uncertain) and (outcome.silent or outcome.after is not None)
            silences = silences + 1 if spared else 0
            with suppress(OrderErased):
                async with self._database.transaction() as session:
                    stands = await verification.record_in_batch(
                        session,
                        each.order_id,
                        begun.attempt_id,
                        outcome,
                        self._supplier.capabilities,
                        self._clock(),
                        begun.heard,
                    )
                if not stands:
                    doubtful.append(each)
        more = due.more and silences < MOST_SILENCES
        return VerificationBatch(connection=self._connection, deliveries=doubtful, more=more)

    async def _begin_verification(self, due: DueVerification) -> Ask | None:
        """What to ask about a delivery; None for nothing, also where its order does not open."""
        try:
            async with self._database.transaction() as session:
                begun = await verification.begin_verification(
                    session,
                    self._vault,
                    due.order_id,
                    due.delivery_id,
                    self._connection,
                    refused=due.refused,
                    due=self._clock(),
                )
                if isinstance(begun, Ask) and begun.purchase.account is not None:
                    await unopened.opened(session, due.order_id)
        except OrderErased:
            return None
        except NotOpened as error:
            log.warning("%s is not asked about: %s", due.delivery_id, error)
            async with self._database.transaction() as session:
                await unopened.put_off(session, due.order_id, due.delivery_id, error.why, self._clock())
            return None
        return begun if isinstance(begun, Ask) else None

    async def _send(self, request: SubmitRequest, begun: Send) -> Reply:
        try:
            async with heartbeats():
                answer = await self._supplier.submit(begun.purchase)
        except NotSent as error:
            last_try = activity.info().attempt >= TRIES_TO_CONNECT
            async with self._database.transaction() as session:
                stands = await attempts.not_sent(
                    session, request.order_id, begun, self._clock(), last_try=last_try, busy=error.answered
                )
            if stands is not None:
                return Reply(delivery=stands)
            if not last_try:
                raise self._unreachable(error) from error
            refused = Rejected("unreachable", Unreachable(supplier=self._connection), "supplier")
            return await self._record(request, begun, refused, Exchange("", ""), asked=False)
        return await self._record(request, begun, answer.outcome, answer.exchange, asked=False)

    async def _ask(self, request: CallRequest, begun: Ask, *, giving_up: bool = False) -> Reply:
        outcome, exchange = await self._asked(begun)
        return await self._record(request, begun, outcome, exchange, asked=True, giving_up=giving_up)

    async def _asked(self, begun: Ask) -> tuple[QueryOutcome, Exchange]:
        """What the supplier says about an attempt; one that cannot be asked says nothing."""
        if not self._supplier.capabilities.query_by_our_number:
            return Uncertain(NotKnown()), Exchange("", "")
        try:
            async with heartbeats():
                answer = await self._supplier.query(begun.purchase)
        except NotSent as error:
            return Uncertain(self._away(error), silent=True), Exchange("", "")
        return answer.outcome, answer.exchange

    async def _record(
        self,
        request: CallRequest,
        begun: Ask | Send,
        outcome: QueryOutcome,
        exchange: Exchange,
        *,
        asked: bool,
        giving_up: bool = False,
    ) -> Reply:
        async with self._database.transaction() as session:
            found = await at_hand.of_attempt(session, request.order_id, begun.attempt_id)
            left_alone = found.health is not None and found.health.circuit != CircuitState.CLOSED
            stands = await outcomes.record_answer(
                session,
                self._vault,
                found,
                outcome,
                (exchange.request, exchange.response),
                self._supplier.capabilities,
                self._clock(),
                asked=asked,
                heard=begun.heard,
                giving_up=giving_up,
            )
            settled = await closing.settle_delivered(session, found, request.known_beside, self._clock())
            mended = left_alone and not await health.is_left_alone(session, self._connection)
        filled = request.known.tries > 0 and isinstance(outcome, Delivered | Pending)
        await self._wake(mended=mended, filled=filled)
        return Reply(delivery=stands, settled=settled)

    async def _wake(self, *, mended: bool, filled: bool) -> None:
        """Let go on what this answer shows to be over: silence, or a wallet that was empty."""
        signs = [Sign.ANSWER] * mended + [Sign.SALE] * filled
        if not signs:
            return
        why = (SupplierAnswers if mended else SupplierSells)(supplier=self._connection)
        woken = await wake_for_supplier(
            self._database, self._connection, why, self._clock(), woken_by(*signs)
        )
        if woken:
            with suppress(RPCError):  # the sweep finds what is overdue
                await tell_woken(activity.client(), woken)

    def _away(self, error: NotSent) -> Note:
        return Because(what=Unreachable(supplier=self._connection), why=error.why)

    def _unreachable(self, error: NotSent) -> ApplicationError:
        why = self._away(error)
        return ApplicationError(
            why.say(Language.EN),
            why.as_json(),
            type=SUPPLIER_UNREACHABLE,
            category=ApplicationErrorCategory.BENIGN,
            next_retry_delay=error.after or None,
        )

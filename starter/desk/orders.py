"""What support and channels do about whole orders: cancel, pause, give an account, send order events."""

from datetime import UTC, datetime, timedelta

from activities.runs.cases import open_and_start
from activities.runs.start import adopt
from activities.runs.tell import tell
from domain.contract.order import Recipient
from domain.fulfilment.cases import CaseKind
from domain.fulfilment.states import RefundState
from domain.keys import case_workflow_id, order_workflow_id
from domain.messages import OrderActed
from domain.planning.order_events import OrderEvent
from domain.verbs.human_act import OURS, HumanAct, words_too_long
from domain.verbs.table import ORDER_VERBS
from domain.verbs.verb import Act, words
from starter.desk.deliveries import ActRefused, Desk, parts
from storage.base import requests
from storage.deliveries.by_hand import NotUsable, hand_in_account, handed_in_as
from storage.money import refunds
from storage.money.refunds import RefundOutcome
from storage.people import acts, order_events
from storage.standing.deliveries import open_cases_of
from storage.tables import Order
from storage.views.orders import order_to_adopt
from workflows.case import Case
from workflows.order import BundleOrder


class OrderDesk(Desk):
    """Acts on whole orders. Holds no state; safe to share between requests."""

    async def act_on_order(self, number: str, request: HumanAct) -> OrderActed:
        """Do what a person asks for to all of order `channel/order_no`; raises as `act`.

        One that closed while its payment was gone has no run: it owes again what it did not deliver once
        that is there again.
        """
        if request.act not in ORDER_VERBS:
            raise ActRefused(f"{words(request.act)} is not about a whole order")
        if request.act is not Act.RESUME:
            return await self._on_order(number, request)
        async with self._database.transaction() as session:
            order = await session.get(Order, request.order_id)
            closed = order is not None and order.closed_at is not None and order.paused_for is not None
        acted = await (self._resume_closed(request) if closed else self._on_order(number, request))
        await self._tell_cases(request.order_id)
        return acted

    async def _resume_closed(self, request: HumanAct) -> OrderActed:
        """There is no run that would apply it."""
        try:
            async with self._database.transaction() as session:
                return await acts.act_on_order(session, request, datetime.now(UTC))
        except requests.ActRefused as refused:
            raise ActRefused(str(refused)) from None

    async def _tell_cases(self, order_id: str) -> None:
        """An act on a whole order may have moved what cases are about; the sweep tells those again."""
        async with self._database.transaction() as session:
            order = await session.get_one(Order, order_id)
            cases = await open_cases_of(session, order_id)
        for case in cases.values():
            run = case_workflow_id(order.channel, order.order_no, case.number)
            await tell(self._temporal, run, Case.act_was_made, "", within=timedelta(seconds=10))

    async def bind_recipient(
        self, number: str, account: str, recipient: Recipient, request: HumanAct
    ) -> OrderActed:
        """Give the account that an order came without, under the bundle's name for it (`shared`, a platform).

        What waits for it goes on. Raises as `act`.
        """
        request = request.model_copy(update={"act": Act.BIND_RECIPIENT, "account": account})
        try:
            async with self._database.transaction() as session:
                order_id = request.order_id
                before = await self.answered(session, request, recipient)
                name = (
                    await hand_in_account(session, self._vault, order_id, account, recipient)
                    if before is None
                    else await handed_in_as(session, self._vault, order_id, recipient)
                )
        except NotUsable as error:
            raise ActRefused(str(error)) from None
        return await self._on_order(number, request.model_copy(update={"recipient": name}))

    async def signal_event(self, order_id: str, event: OrderEvent, *, actor: str, note: str = "") -> bool:
        """Report what happened to an order: an activation, a redemption, its confirmation, a chargeback.

        Repeats and disorder are harmless: a known `event_id` changes nothing, and the run is notified again.
        Returns whether it was news. Raises ActRefused for what cannot be about this order, and for an
        `event_id` that was another event; RPCError when asking again is safe and needed.
        """
        if why := words_too_long(actor, note):
            raise ActRefused(why)
        try:
            async with self._database.transaction() as session:
                now = datetime.now(UTC)
                news = await order_events.record(session, order_id, event, actor=actor, note=note, now=now)
                order = await order_to_adopt(session, order_id)
                counts = await order_events.still_counts(session, order_id, event)
        except order_events.OrderEventRefused as error:
            raise ActRefused(str(error)) from None
        if order is not None and counts:
            await adopt(self._temporal, order)
            run, within = order_workflow_id(order.channel, order.order_no), timedelta(seconds=10)
            await tell(self._temporal, run, BundleOrder.event_happened, event, within=within)
        return news

    async def record_refund(self, refund_id: str, *, confirmed: bool, note: str, actor: str) -> RefundOutcome:
        """Record that the channel moved a refund's money, or that it could not: that opens a case.

        The same outcome again has no second effect. Raises LookupError, and ActRefused for one that
        contradicts an earlier one.
        """
        if why := words_too_long(actor, note):
            raise ActRefused(why)
        try:
            async with self._database.transaction() as session:
                now = datetime.now(UTC)
                outcome = await refunds.record_outcome(
                    session, refund_id, confirmed=confirmed, note=note, now=now, actor=actor
                )
        except refunds.RefundRefused as error:
            raise ActRefused(str(error)) from None
        if outcome.state is RefundState.FAILED:
            await open_and_start(
                self._temporal,
                self._database,
                outcome.order_id,
                outcome.delivery_id,
                CaseKind.REFUND_FAILED,
                actor=actor,
                reason=note,
                request_id=f"{OURS}refund-failed-{refund_id}",
            )
        return outcome

    async def _on_order(self, number: str, request: HumanAct) -> OrderActed:
        async with self._database.snapshot() as session:
            before = await self.answered(session, request)
            order = await order_to_adopt(session, number)
            digest = await requests.digest_of(session, request)
        if order is None and before is not None:
            return OrderActed(order_id=request.order_id)
        if order is None:
            raise ActRefused(f"there is no open order {number} in the book: nothing of it is left")
        if order.order_id != request.order_id:
            raise ActRefused(f"{request.order_id or 'no order'} is not the order {number}: read it again")
        await adopt(self._temporal, order)
        return await self.update(order_workflow_id(*parts(number)), request, digest, OrderActed)

"""What a channel reports about an order: what happened to it, and what became of a refund."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from activities.runs.cases import open_and_start
from activities.runs.start import adopt
from activities.runs.tell import tell
from domain.fulfilment.cases import CaseKind
from domain.fulfilment.states import RefundState
from domain.keys import order_workflow_id
from domain.planning.order_events import OrderEvent
from domain.verbs.human_act import OURS, words_too_long
from starter.desk.errors import ActRefused
from starter.desk.runs import Runs
from storage.base.requests import OrderErased
from storage.money import refunds
from storage.money.refunds import RefundOutcome
from storage.people import order_events
from storage.views.orders import order_to_adopt
from workflows.order import BundleOrder


class Reports:
    """What channels send, each event and outcome once."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    async def report(self, order_id: str, event: OrderEvent, *, actor: str, note: str = "") -> bool:
        """Report what happened to an order: an activation, a redemption, its confirmation, a chargeback.

        Repeats and disorder are harmless: a known `event_id` changes nothing, and the run is notified again.
        Returns whether it was news. Raises ActRefused for what cannot be about this order, and for an
        `event_id` that was another event; RPCError when asking again is safe and needed.
        """
        if why := words_too_long(actor, note):
            raise ActRefused(why)
        await self._runs.check_keys()
        try:
            async with self._runs.database.transaction() as session:
                now = datetime.now(UTC)
                news = await order_events.record(session, order_id, event, actor=actor, note=note, now=now)
                order = await order_to_adopt(session, order_id)
                counts = await order_events.still_counts(session, order_id, event)
        except order_events.OrderEventRefused as error:
            raise ActRefused(str(error)) from None
        if order is not None and counts:
            await adopt(self._runs.temporal, order)
            run, within = order_workflow_id(order.channel, order.order_no), timedelta(seconds=10)
            await tell(self._runs.temporal, run, BundleOrder.event_happened, event, within=within)
        return news

    async def report_refund(self, refund_id: str, *, confirmed: bool, note: str, actor: str) -> RefundOutcome:
        """Record that the channel moved a refund's money, or that it could not: that opens a case.

        The same outcome again has no second effect; once the buyer was erased none opens a case. Raises
        LookupError, and ActRefused for one that contradicts an earlier one.
        """
        if why := words_too_long(actor, note):
            raise ActRefused(why)
        try:
            async with self._runs.database.transaction() as session:
                now = datetime.now(UTC)
                outcome = await refunds.record_outcome(
                    session, refund_id, confirmed=confirmed, note=note, now=now, actor=actor
                )
        except refunds.RefundRefused as error:
            raise ActRefused(str(error)) from None
        if outcome.state is RefundState.FAILED:
            with suppress(OrderErased):
                await open_and_start(
                    self._runs.temporal,
                    self._runs.database,
                    outcome.order_id,
                    outcome.delivery_id,
                    CaseKind.REFUND_FAILED,
                    actor=actor,
                    reason=note,
                    request_id=f"{OURS}refund-failed-{refund_id}",
                )
        return outcome

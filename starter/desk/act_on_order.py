"""Acts on a whole order: cancel, pause, let it go on, give its account, erase its buyer."""

from datetime import UTC, datetime, timedelta

from activities.runs.start import adopt
from activities.runs.tell import tell
from domain.contract.order import Recipient
from domain.keys import case_workflow_id, order_workflow_id
from domain.messages import OrderActed
from domain.verbs.human_act import HumanAct
from domain.verbs.table import ORDER_VERBS
from domain.verbs.verb import Act, words
from starter.desk.erase import erase
from starter.desk.errors import ActRefused
from starter.desk.runs import Runs, parts
from storage.base import requests
from storage.deliveries.by_hand import NotUsable, hand_in_account, handed_in_as
from storage.people import acts
from storage.standing.deliveries import open_cases_of
from storage.tables import Order
from storage.views.orders import order_to_adopt
from workflows.case import Case


class OrderActs:
    """What people do to a whole order."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    async def act_on_order(self, number: str, request: HumanAct) -> OrderActed:
        """Do what a person asks for to all of order `channel/order_no`; raises as `act`.

        One that closed while its payment was gone has no run: it owes again what it did not deliver once
        that is there again.
        """
        if request.act not in ORDER_VERBS:
            raise ActRefused(f"{words(request.act)} is not about a whole order")
        if request.act is Act.ERASE:
            return await erase(self._runs, number, request)
        if request.act is not Act.RESUME:
            return await self._on_order(number, request)
        async with self._runs.database.transaction() as session:
            await self._runs.answered(session, request)
            order = await session.get(Order, request.order_id)
            closed = order is not None and order.closed_at is not None and order.paused_for is not None
        acted = await (self._resume_closed(request) if closed else self._on_order(number, request))
        await self._tell_cases(request.order_id)
        return acted

    async def _resume_closed(self, request: HumanAct) -> OrderActed:
        """There is no run that would apply it."""
        try:
            async with self._runs.database.transaction() as session:
                return await acts.act_on_order(session, request, datetime.now(UTC))
        except requests.ActRefused as refused:
            raise ActRefused(str(refused)) from None

    async def _tell_cases(self, order_id: str) -> None:
        """An act on a whole order may have moved what cases are about; the sweep tells those again."""
        async with self._runs.database.transaction() as session:
            order = await session.get_one(Order, order_id)
            cases = await open_cases_of(session, order_id)
        for case in cases.values():
            run = case_workflow_id(order.channel, order.order_no, case.number)
            await tell(self._runs.temporal, run, Case.act_was_made, "", within=timedelta(seconds=10))

    async def bind_recipient(
        self, number: str, account: str, recipient: Recipient, request: HumanAct
    ) -> OrderActed:
        """Give the account that an order came without, under the bundle's name for it (`shared`, a platform).

        What waits for it goes on. Raises as `act`.
        """
        request = request.model_copy(update={"act": Act.BIND_RECIPIENT, "account": account})
        try:
            async with self._runs.database.transaction() as session:
                order_id = request.order_id
                before = await self._runs.answered(session, request, recipient)
                name = (
                    await hand_in_account(session, self._runs.vault, order_id, account, recipient)
                    if before is None
                    else await handed_in_as(session, self._runs.vault, order_id, recipient)
                )
        except (NotUsable, requests.ActRefused) as error:
            raise ActRefused(str(error)) from None
        return await self._on_order(number, request.model_copy(update={"recipient": name}))

    async def _on_order(self, number: str, request: HumanAct) -> OrderActed:
        async with self._runs.database.snapshot() as session:
            before = await self._runs.answered(session, request)
            order = await order_to_adopt(session, number)
            digest = await requests.digest_of(session, request)
        if order is None and before is not None:
            return OrderActed(order_id=request.order_id)
        if order is None:
            raise ActRefused(f"there is no open order {number} in the book: nothing of it is left")
        if order.order_id != request.order_id:
            raise ActRefused(f"{request.order_id or 'no order'} is not the order {number}: read it again")
        await adopt(self._runs.temporal, order)
        return await self._runs.update(order_workflow_id(*parts(number)), request, digest, OrderActed)

"""Handing over: a channel reads what was delivered, or lets its buyer see it by a link."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.contract.order import Recipient
from domain.verbs.human_act import By, HumanAct
from domain.verbs.verb import Act
from starter.desk.act_on_order import OrderActs
from starter.desk.errors import ActRefused, NotFound
from starter.desk.handing.errors import NotHandedOver
from starter.desk.runs import Runs
from storage.base import journal, requests
from storage.handing.links import NewLink, add_link, end_link, link_of
from storage.handing.revealing import NotShown, Shown, show
from storage.purchasing.opening import NotOpened
from storage.tables import Delivery, Order, RevealLink
from storage.views.buyer import BuyersOrder, buyers_order

BUYER = "buyer"
"""Who acts by a link, for the timeline."""
LONGEST_LINK = timedelta(days=400)
"""A year-long bundle is watched by one link."""


@dataclass(frozen=True)
class Opened:
    """What a link shows."""

    order: BuyersOrder
    only: str | None
    """The one delivery that it reveals; None for all."""


class HandingOver:
    """Who may see what was delivered, and how."""

    def __init__(self, runs: Runs, orders: OrderActs) -> None:
        self._runs = runs
        self._orders = orders

    async def read(self, order_id: str, delivery_id: str, by: By) -> Sequence[Shown]:
        """What was delivered, for the channel. Raises NotHandedOver, ActRefused once the buyer was erased."""
        return await self._show(order_id, delivery_id, by, by_buyer=False)

    async def make_link(self, order_id: str, delivery_id: str | None, by: By, lasts: timedelta) -> NewLink:
        """A link that reveals one delivery of an order, or all.

        Raises NotFound, ActRefused once the buyer was erased.
        """
        now = datetime.now(UTC)
        try:
            async with self._runs.database.transaction() as session:
                if delivery_id is not None:
                    delivery = await session.get(Delivery, delivery_id)
                    if delivery is None or delivery.order_id != order_id:
                        raise NotFound(f"there is no delivery {delivery_id} in order {order_id}")
                order = await journal.lock_order(session, order_id)
                return await add_link(session, order, delivery_id, by, now, now + min(lasts, LONGEST_LINK))
        except requests.ActRefused as error:
            raise ActRefused(str(error)) from None

    async def end_link(self, channel: str, link_id: str, by: By) -> None:
        """Let a link of a channel open nothing any more. Raises NotFound."""
        try:
            async with self._runs.database.transaction() as session:
                ended = await end_link(session, channel, link_id, by, datetime.now(UTC))
        except requests.ActRefused:  # erasing removes it
            ended = False
        if not ended:
            raise NotFound(f"{channel} has no link {link_id}")

    async def open(self, token: str) -> Opened | None:
        """What a link shows; None for one that opens nothing."""
        async with self._runs.database.snapshot() as session:
            link = await link_of(session, token, datetime.now(UTC))
            if link is None:
                return None
            order = await session.get_one(Order, link.order_id)
            if order.erased_at is not None:
                return None
            return Opened(await buyers_order(session, link.order_id, link.delivery_id), link.delivery_id)

    async def reveal(self, token: str, delivery_id: str) -> Sequence[Shown] | None:
        """What the buyer sees; None for a link that does not open it (any more). Raises NotHandedOver."""
        link = await self._link(token)
        if link is None or link.delivery_id not in (None, delivery_id):
            return None
        async with self._runs.database.snapshot() as session:
            delivery = await session.get(Delivery, delivery_id)
        if delivery is None or delivery.order_id != link.order_id:
            return None
        by = By(BUYER, f"link {link.id}", f"reveal-{uuid.uuid4().hex[:12]}")
        try:
            return await self._show(link.order_id, delivery_id, by, by_buyer=True)
        except ActRefused:
            return None

    async def give_account(self, token: str, account: str, recipient: Recipient) -> bool:
        """Take the account that an order waits for; False for a link that may not. Raises ActRefused."""
        link = await self._link(token)
        if link is None or link.delivery_id is not None:
            return False
        async with self._runs.database.snapshot() as session:
            order = await session.get_one(Order, link.order_id)
        request = HumanAct(
            request_id=f"account-{uuid.uuid4().hex[:12]}",
            order_id=order.id,
            delivery_id="",
            act=Act.BIND_RECIPIENT,
            actor=BUYER,
            reason=f"link {link.id}",
        )
        await self._orders.bind_recipient(f"{order.channel}/{order.order_no}", account, recipient, request)
        return True

    async def _link(self, token: str) -> RevealLink | None:
        async with self._runs.database.snapshot() as session:
            return await link_of(session, token, datetime.now(UTC))

    async def _show(self, order_id: str, delivery_id: str, by: By, *, by_buyer: bool) -> Sequence[Shown]:
        try:
            async with self._runs.database.transaction() as session:
                return await show(
                    session,
                    self._runs.vault,
                    order_id,
                    delivery_id,
                    by,
                    datetime.now(UTC),
                    by_buyer=by_buyer,
                )
        except (NotShown, NotOpened) as error:
            raise NotHandedOver(error.why, str(error)) from None
        except requests.ActRefused as error:
            raise ActRefused(str(error)) from None

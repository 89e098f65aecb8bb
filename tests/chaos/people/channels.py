"""What checkout systems do about whole orders, and report of them; each twice."""

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from domain.contract.order import Recipient
from domain.fulfilment.holds import HoldReason
from domain.planning.order_events import OrderEvent, OrderEventKind
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from storage.tables import Delivery, Order, Refund
from tests.chaos.people.buyers import Buyers
from tests.chaos.people.verbs import (
    CHARGEBACK,
    OF_A_PAUSE,
    OF_THE_SHOP,
    PAID_BACK_TWICE,
    PAUSED_UNTIL,
    REPORT,
    SHIFTED,
)


class Channels(Buyers):
    """Buyers' shops after the sale."""

    def rather_new(self, acts: Sequence[Act]) -> Act:
        """Any of them, and half of the time one that nobody has managed to do yet."""
        done = self.witness.acts.keys()
        new = [act for act in acts if act.value not in done or (act is Act.PAUSE and OF_A_PAUSE - done)]
        return self._chance.choice(new if new and self._chance.random() < 0.5 else acts)

    async def on_the_order(self, order: Order, number: int) -> None:
        """Cancel it, pause it for a second or two, or give the account it came without; each twice."""
        act = self.rather_new(OF_THE_SHOP)
        if act is Act.BIND_RECIPIENT:
            order = await self._without_account() or order
        if act is Act.PAUSE:
            await self._pause(await self._planned() or order, number)
            return
        done = await asyncio.gather(*(self._order_act(order, act, number) for _ in range(2)))
        if any(done):
            self.witness.did(act.value)

    async def _pause(self, order: Order, number: int) -> None:
        """Pause it: until somebody lets it go on, or it goes on by itself; half of the time its plan moves.

        Who lets it go on may say that as well. One that ends by itself, nobody ends.
        """
        shift, by_hand = self._chance.random() < 0.5, self._chance.random() < 0.5
        until = None if by_hand else datetime.now(UTC) + timedelta(seconds=2)
        asked: dict[str, Any] = {"until": until, "shift": shift and self._chance.random() < 0.5}
        done = await asyncio.gather(*(self._order_act(order, Act.PAUSE, number, **asked) for _ in range(2)))
        if not any(done):
            return
        self.witness.did(Act.PAUSE.value)
        if asked["shift"]:
            self.witness.did(SHIFTED)
        if until is not None:
            self.witness.did(PAUSED_UNTIL)
            return
        await asyncio.sleep(1)
        done = await asyncio.gather(
            *(self._order_act(order, Act.RESUME, number, shift=shift) for _ in range(2))
        )
        if any(done):
            self.witness.did(Act.RESUME.value)
            if shift:
                self.witness.did(SHIFTED)

    async def _planned(self) -> Order | None:
        """An order of which something is still to be released, if there is one."""
        soon = datetime.now(UTC) + timedelta(seconds=1)
        planned = select(Delivery.order_id).where(Delivery.state == "planned", Delivery.due_at > soon)
        async with self._ground.database.transaction() as session:
            orders = await session.scalars(select(Order).where(Order.id.in_(planned)).limit(20))
            return self._chance.choice(found) if (found := list(orders)) else None

    async def _without_account(self) -> Order | None:
        """An order that waits for its account, if there is one."""
        waits = select(Delivery.order_id).where(Delivery.hold_reason == HoldReason.ACCOUNT_NOT_BOUND.value)
        async with self._ground.database.transaction() as session:
            orders = await session.scalars(select(Order).where(Order.id.in_(waits)).limit(20))
            return self._chance.choice(found) if (found := list(orders)) else None

    async def _order_act(self, order: Order, act: Act, number: int, **more: Any) -> bool:
        name, desk = f"{order.channel}/{order.order_no}", self._ground.desk
        request = HumanAct(
            request_id=f"{act}-{number}",
            order_id=order.id,
            delivery_id="",
            act=act,
            actor="shop",
            reason=f"request {number}",
            **more,
        )
        self.witness.asked.add(request.request_id)
        try:
            if act is Act.BIND_RECIPIENT:
                phone = f"1{random.Random(f'bound:{number}').randrange(3 * 10**9, 10**10 - 1)}"
                self.witness.give(name, phone)
                recipient = Recipient.model_validate({"type": "phone", "value": phone})
                await desk.bind_recipient(name, "shared", recipient, request)
            else:
                await desk.act_on_order(name, request)
        except ActRefused:
            self.witness.refused += 1
            return False
        return True

    async def report(self, order: Order, delivery: Delivery) -> None:
        """The channel reports an activation or the order's confirmation, twice."""
        event = self._chance.choice(
            (OrderEventKind.ACTIVATED, OrderEventKind.ACTIVATED, OrderEventKind.CONFIRMED)
        )
        component = delivery.component if event is OrderEventKind.ACTIVATED else ""
        fact = OrderEvent(event_id=f"{event}-{component}", event=event, component=component)
        news = [await self._ground.desk.report(order.id, fact, actor="shop") for _ in range(2)]
        if news[1]:
            self.witness.wrong.append(f"{order.order_no}: a repeated report was taken for news")
        if news[0]:
            self.witness.did(REPORT)

    async def charge_back(self, order: Order, number: int) -> None:
        """The buyer's bank takes the payment back, and more often than not gives it back a moment later.

        Half of the time it is that of an order of which something is to be paid back as well.
        """
        owing = await self._owing() if self._chance.random() < 0.5 else None
        order = owing or order
        fact = OrderEvent(event_id=f"bank-{number}", event=OrderEventKind.CHARGEBACK)
        try:
            news = [await self._ground.desk.report(order.id, fact, actor="shop") for _ in range(2)]
        except ActRefused:
            self.witness.refused += 1
            return
        if news[1]:
            self.witness.wrong.append(f"{order.order_no}: a repeated chargeback was taken for news")
        if news[0]:
            self.witness.did(CHARGEBACK)
        stays = self._chance.random() < 0.4
        if news[0] and owing and stays:
            self.witness.did(PAID_BACK_TWICE)
        if not stays:
            await asyncio.sleep(1)
            if await self._order_act(order, Act.RESUME, number, paid=True):
                self.witness.did(Act.RESUME.value)
                await self._order_act(order, Act.RESUME, number, paid=True)

    async def _owing(self) -> Order | None:
        """An order of which something is decided and not paid yet, if there is one."""
        owes = select(Refund.order_id).where(Refund.state == "decided")
        async with self._ground.database.transaction() as session:
            orders = await session.scalars(select(Order).where(Order.id.in_(owes)).limit(20))
            return self._chance.choice(found) if (found := list(orders)) else None

    async def confirm_refunds(self) -> None:
        """The channel moves the money, or fails to, once; each is reported twice."""
        async with self._ground.database.transaction() as session:
            refunds = list(await session.scalars(select(Refund).where(Refund.state == "decided")))
        for refund in refunds[:200]:
            confirmed = refund.number > 1 or self._chance.random() < 0.9
            for _ in range(2):
                await self._ground.desk.report_refund(refund.id, confirmed=confirmed, note="", actor="shop")

"""Checkout systems that ask twice, and support that does anything at any time, twice."""

import asyncio
import random
from collections.abc import Sequence

from sqlalchemy import func, select
from temporalio.service import RPCError

from domain.acts import Act, HumanAct
from domain.facts import Fact, Reported
from domain.order import Recipient
from domain.outcomes import IssuedUnit
from domain.states import HoldReason
from starter.client import InvalidOrder, OrderRejected, ReceiptPending
from starter.desk import ActPending, ActRefused
from storage.tables import Delivery, Order, Refund
from storage.unavailable import DatabaseUnavailable
from tests.chaos.ground import Ground
from tests.chaos.shop import Shop
from tests.chaos.verbs import OF_THE_SHOP, REPORT, SUITS, VERBS
from tests.chaos.witness import Witness

LATER = (
    ActPending,
    RPCError,
    DatabaseUnavailable,
    ReceiptPending,
    OSError,
    TimeoutError,
    asyncio.TimeoutError,
)
"""What a patient caller answers by asking again."""


class People:
    """Everybody outside Perkflow."""

    def __init__(self, ground: Ground, shop: Shop, seed: int) -> None:
        self._ground = ground
        self._shop = shop
        self._chance = random.Random(f"people:{seed}")
        self.witness = Witness()

    async def buy(self, number: int) -> None:
        """Place one order, once to three times, sometimes with another body under its number."""
        chance = random.Random(f"buy:{self._shop.seed}:{number}")
        name = self.number_of(number)
        self.witness.give(name, self._shop.phone(number))
        await asyncio.gather(*(self._place(number) for _ in range(chance.choice((1, 1, 2, 3)))))
        if chance.random() < 0.05 and name in self.witness.receipts:
            other = self._shop.order(number, buyer={"ref": "somebody-else"})
            try:
                await self._ground.desk.place(other)
                self.witness.wrong.append(f"{name} was accepted with another body")
            except (OrderRejected, *LATER):
                pass

    def number_of(self, number: int) -> str:
        """The channel and number of the order of this number."""
        document = self._shop.order(number)
        return f"{document.channel}/{document.order_no}"

    async def _place(self, number: int) -> None:
        document = self._shop.order(number)
        name = f"{document.channel}/{document.order_no}"
        while True:
            try:
                receipt = await self._ground.desk.place(document)
            except OrderRejected as rejected:
                self.witness.rejected[name] = rejected.code
                return
            except InvalidOrder as invalid:
                raise AssertionError(f"the shop's own orders are valid: {invalid}") from None
            except LATER:
                await asyncio.sleep(0.5)
                continue
            known = self.witness.receipts.setdefault(name, receipt.order_id)
            if known != receipt.order_id:
                self.witness.wrong.append(f"{name} has two receipts")
            return

    async def support(self, person: int, every: float) -> None:
        """Do something to a random delivery, again and again, until cancelled."""
        number = person * 10_000
        while True:
            await asyncio.sleep(self._chance.expovariate(1 / every))
            number += 1
            try:
                await self._do_something(number)
            except LATER:
                self.witness.did("unanswered")

    async def _do_something(self, number: int) -> None:
        act = self._rather_new(VERBS)
        picked = await self._pick(act)
        if picked is None:
            return
        order, delivery = picked
        roll = self._chance.random()
        if roll < 0.1:
            await self._report(order, delivery)
            return
        if roll < 0.2:
            await self._on_the_order(order, number)
            return
        request = HumanAct(
            request_id=f"support-{number}",
            order_id=order.id,
            delivery_id=delivery.id,
            act=act,
            actor="support",
            reason=f"request {number}",
            connection=self._chance.choice(delivery.offers)["connection"],
        )
        try:
            request = await self._prepared(request, order, delivery, number)
        except ActRefused:
            self.witness.refused += 1
            return
        name = f"{order.channel}/{order.order_no}"
        both = await asyncio.gather(*(self.act(name, request) for _ in range(2)))
        if any(both):
            self.witness.did(act.value)
            self.witness.requests[request.request_id] = order.id
        if any(both) and act is Act.HOLD:
            release = request.model_copy(update={"request_id": f"release-{number}", "act": Act.RELEASE})
            await asyncio.sleep(1)
            await self.act(name, release)

    def _rather_new(self, acts: Sequence[Act]) -> Act:
        """Any of them, and half of the time one that nobody has managed to do yet."""
        new = [act for act in acts if act.value not in self.witness.acts]
        return self._chance.choice(new if new and self._chance.random() < 0.5 else acts)

    async def _prepared(self, request: HumanAct, order: Order, delivery: Delivery, number: int) -> HumanAct:
        desk = self._ground.desk
        if request.act is Act.DELIVER_BY_HAND:
            missing = delivery.units - delivery.units_delivered
            units = [IssuedUnit(number=f"HAND-{self._shop.seed}-{number}-{i}-KEY") for i in range(missing)]
            if delivery.kind not in ("key", "link"):
                return request
            self.witness.by_hand += [unit.number or "" for unit in units]
            ids = await desk.hand_in(request.order_id, request.delivery_id, units)
            return request.model_copy(update={"credentials": ids})
        if request.act is Act.CHANGE_RECIPIENT:
            phone = f"1{self._chance.randrange(3 * 10**9, 10**10 - 1)}"
            self.witness.give(f"{order.channel}/{order.order_no}", phone)
            recipient = Recipient.model_validate({"type": "phone", "value": phone})
            name = await desk.hand_in_recipient(request.order_id, request.delivery_id, recipient)
            return request.model_copy(update={"recipient": name})
        return request

    async def act(self, name: str, request: HumanAct) -> bool:
        """Ask for it; False when it was refused."""
        self.witness.asked.add(request.request_id)
        try:
            await self._ground.desk.act(name, request)
        except ActRefused:
            self.witness.refused += 1
            return False
        return True

    async def _on_the_order(self, order: Order, number: int) -> None:
        """Cancel it, pause it for a second, or give the account it came without; each twice."""
        act = self._rather_new(OF_THE_SHOP)
        if act is Act.BIND_RECIPIENT:
            order = await self._without_account() or order
        done = await asyncio.gather(*(self._order_act(order, act, number) for _ in range(2)))
        if any(done):
            self.witness.did(act.value)
        if any(done) and act is Act.PAUSE:
            await asyncio.sleep(1)
            if await self._order_act(order, Act.RESUME, number):
                self.witness.did(Act.RESUME.value)

    async def _without_account(self) -> Order | None:
        """An order that waits for its account, if there is one."""
        waits = select(Delivery.order_id).where(Delivery.hold_reason == HoldReason.ACCOUNT_NOT_BOUND.value)
        async with self._ground.database.transaction() as session:
            orders = await session.scalars(select(Order).where(Order.id.in_(waits)).limit(20))
            return self._chance.choice(found) if (found := list(orders)) else None

    async def _order_act(self, order: Order, act: Act, number: int) -> bool:
        name, desk = f"{order.channel}/{order.order_no}", self._ground.desk
        request = HumanAct(
            request_id=f"{act}-{number}",
            order_id=order.id,
            delivery_id="",
            act=act,
            actor="shop",
            reason=f"request {number}",
        )
        self.witness.asked.add(request.request_id)
        try:
            if act is Act.CANCEL:
                await desk.cancel(name, request)
            elif act is Act.BIND_RECIPIENT:
                phone = f"1{random.Random(f'bound:{number}').randrange(3 * 10**9, 10**10 - 1)}"
                self.witness.give(name, phone)
                recipient = Recipient.model_validate({"type": "phone", "value": phone})
                await desk.bind_recipient(name, "shared", recipient, request)
            else:
                await (desk.pause if act is Act.PAUSE else desk.resume)(name, request)
        except ActRefused:
            self.witness.refused += 1
            return False
        return True

    async def _report(self, order: Order, delivery: Delivery) -> None:
        """The channel reports an activation or the order's confirmation, twice."""
        event = self._chance.choice((Reported.ACTIVATED, Reported.ACTIVATED, Reported.CONFIRMED))
        component = delivery.component if event is Reported.ACTIVATED else ""
        fact = Fact(event_id=f"{event}-{component}", event=event, component=component)
        news = [await self._ground.desk.signal_event(order.id, fact, actor="shop") for _ in range(2)]
        if news[1]:
            self.witness.wrong.append(f"{order.order_no}: a repeated report was taken for news")
        if news[0]:
            self.witness.did(REPORT)

    async def _pick(self, act: Act) -> tuple[Order, Delivery] | None:
        """A delivery: half of the time one that the act may suit, else one that waits, or any."""
        states, suits = ("held", "uncertain", "in_progress"), self._chance.random() < 0.5
        query = select(Delivery).where(Delivery.state.in_(SUITS[act] if suits else states))
        if suits and act is Act.CHANGE_RECIPIENT:
            query = query.where(Delivery.recipient.is_not(None))
        async with self._ground.database.transaction() as session:
            rows = list(await session.scalars(query.order_by(func.random()).limit(20)))
            if not rows or (not suits and self._chance.random() < 0.3):
                rows = list(await session.scalars(select(Delivery).limit(400)))
            if not rows:
                return None
            delivery = self._chance.choice(rows)
            return await session.get_one(Order, delivery.order_id), delivery

    async def confirm_refunds(self) -> None:
        """The channel moves the money, or fails to, once; each is reported twice."""
        async with self._ground.database.transaction() as session:
            refunds = list(await session.scalars(select(Refund).where(Refund.state == "decided")))
        for refund in refunds[:200]:
            confirmed = refund.number > 1 or self._chance.random() < 0.9
            for _ in range(2):
                await self._ground.desk.report_refund(refund.id, confirmed=confirmed, note="", actor="shop")

"""Support that does anything at any time, twice."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from domain.contract.order import Recipient
from domain.supply.outcomes import IssuedUnit
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from storage.tables import Delivery, Order
from tests.chaos.people.buyers import LATER
from tests.chaos.people.channels import Channels
from tests.chaos.people.verbs import SUITS, VERBS


class People(Channels):
    """Everybody outside Perkflow."""

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
        act = self.rather_new(VERBS)
        picked = await self._pick(act)
        if picked is None:
            return
        order, delivery = picked
        roll = self._chance.random()
        if roll < 0.1:
            await self.report(order, delivery)
            return
        if roll < 0.15:
            await self.charge_back(order, number)
            return
        if roll < 0.25:
            await self.on_the_order(order, number)
            return
        request = HumanAct(
            request_id=f"support-{number}",
            order_id=order.id,
            delivery_id=delivery.id,
            act=act,
            actor="support",
            reason=f"request {number}",
            connection=self._chance.choice(delivery.offers)["connection"],
            unusable=act is Act.REPLACE,
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
            self.witness.meant[order.id, request.request_id] = (act.value, delivery.id)
            await self._use_again(name, request)
        if any(both) and act is Act.HOLD and request.until is None:
            release = request.model_copy(update={"request_id": f"release-{number}", "act": Act.RELEASE})
            await asyncio.sleep(1)
            await self.act(name, release)

    async def _use_again(self, name: str, request: HumanAct) -> None:
        """Ask for something else under an id that was used: for another act, and for another target."""
        other = Act.RETRY if request.act is Act.HOLD else Act.HOLD
        of_the_order = {"act": Act.PAUSE, "delivery_id": ""}
        self.witness.reused += 2
        for changed in ({"act": other}, of_the_order):
            another = request.model_copy(update=changed)
            try:
                if another.act is Act.PAUSE:
                    await self._ground.desk.act_on_order(name, another)
                else:
                    await self._ground.desk.act(name, another)
            except ActRefused:
                continue
            said = f"{name}: {another.act} was answered as done under the id of {request.act}"
            self.witness.answered_for_another.append(said)

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
        if request.act is Act.HOLD and self._chance.random() < 0.5:
            return request.model_copy(update={"until": datetime.now(UTC) + timedelta(seconds=2)})
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

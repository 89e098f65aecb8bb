"""People who act on an order all the while, and keep account of what was acknowledged to them."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio.service import RPCError

from domain.contract.order import Recipient
from domain.messages import OrderReceipt, ReceiptLine
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.desk.errors import ActPending, ActRefused
from tests.support.world import World

AHEAD = timedelta(seconds=6)
"""How far in the future a delivery must be due for people to take it up."""
PEOPLE = 3
TWICE = 0.3
"""The part of requests that are sent once more, as by somebody who missed the answer."""


@dataclass
class Crowd:
    """Hold and let go, readdress, pause and resume, and bind `account` once, until little is planned."""

    world: World
    receipt: OrderReceipt
    readdressed: str
    """The component whose deliveries are given other accounts."""
    account: str
    random: random.Random
    acknowledged: dict[str, Act] = field(default_factory=dict)
    """By request id."""
    accounts: dict[str, str] = field(default_factory=dict)
    """The account that a delivery was given last."""
    told: Counter[str] = field(default_factory=Counter)
    refusals: list[str] = field(default_factory=list)
    _planned: list[ReceiptLine] = field(default_factory=list)
    _held: list[ReceiptLine] = field(default_factory=list)
    _bound: bool = False
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def number(self) -> str:
        """The order, as people name it."""
        return f"{self.receipt.channel}/{self.receipt.order_no}"

    async def act(self) -> None:
        """Act until all that is planned is nearly due, and leave nothing held."""
        self._planned = [line for line in self.receipt.deliveries if line.due_at is not None]
        self.random.shuffle(self._planned)
        await asyncio.gather(self._pause_now_and_then(), *(self._keep_acting() for _ in range(PEOPLE)))

    async def _keep_acting(self) -> None:
        while line := self._next():
            if line.component == self.readdressed:
                await self._readdress(line)
            elif await self._on(line, Act.HOLD):
                self._held.append(line)
            if not self._bound and len(self.acknowledged) > 10:
                self._bound = True
                await self._bind()
            if len(self._held) > 5:
                await self._let_go()
            await asyncio.sleep(0.1)
        while self._held:
            await self._let_go()

    def _next(self) -> ReceiptLine | None:
        now = datetime.now(UTC)
        while self._planned:
            line = self._planned.pop()
            if line.due_at is not None and line.due_at > now + AHEAD:
                return line
        return None

    async def _let_go(self) -> None:
        """Let one go on that was held; resuming the order may have done that already."""
        line = self._held.pop(0)
        act = self.random.choice([Act.RELEASE, Act.RETRY])
        if not await self._on(line, act) and "in a moment" in self.refusals[-1]:
            self._held.append(line)

    async def _readdress(self, line: ReceiptLine) -> None:
        phone = f"139{next(self._numbers):08d}"
        recipient = Recipient.model_validate({"type": "phone", "value": phone})
        name = await self.world.checkout.hand_in_recipient(self.receipt.order_id, line.delivery_id, recipient)
        if await self._on(line, Act.CHANGE_RECIPIENT, recipient=name):
            self.accounts[line.delivery_id] = phone

    async def _bind(self) -> None:
        recipient = Recipient.model_validate({"type": "phone", "value": "13700000000"})
        request = self._request(Act.BIND_RECIPIENT)
        desk = self.world.checkout
        await self._send(request, lambda: desk.bind_recipient(self.number, self.account, recipient, request))

    async def _pause_now_and_then(self) -> None:
        while self._planned:
            await self._on_order(Act.PAUSE, self.world.checkout.act_on_order)
            await asyncio.sleep(1)
            await self._on_order(Act.RESUME, self.world.checkout.act_on_order)
            await asyncio.sleep(2)

    async def _on_order(self, act: Act, do: Callable[[str, HumanAct], Awaitable[object]]) -> None:
        request = self._request(act)
        await self._send(request, lambda: do(self.number, request))

    async def _on(self, line: ReceiptLine, act: Act, recipient: str = "") -> bool:
        request = self._request(act, line.delivery_id, recipient)
        return await self._send(request, lambda: self.world.checkout.act(self.number, request))

    def _request(self, act: Act, delivery_id: str = "", recipient: str = "") -> HumanAct:
        name = f"{act}-{next(self._numbers)}"
        return HumanAct(
            request_id=name,
            order_id=self.receipt.order_id,
            delivery_id=delivery_id,
            act=act,
            actor="lin",
            reason=name,
            recipient=recipient,
        )

    async def _send(self, request: HumanAct, call: Callable[[], Awaitable[object]]) -> bool:
        """Whether it was acknowledged; one that was stays so when it is sent again."""
        try:
            await self._answered(call)
        except ActRefused as refused:
            self.refusals.append(str(refused))
            return False
        self.acknowledged[request.request_id] = request.act
        self.told[request.act.value] += 1
        if self.random.random() < TWICE:
            self.told["sent twice"] += 1
            await self._answered(call)
        return True

    async def _answered(self, call: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await call()
                return
            except (ActPending, RPCError) as unanswered:
                self.told[f"not answered: {unanswered}"[:80]] += 1
                await asyncio.sleep(0.2)

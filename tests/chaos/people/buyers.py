"""Checkout systems that ask twice."""

import asyncio
import random

from temporalio.service import RPCError

from domain.contract.order import OrderDocument
from starter.desk.errors import ActPending, InvalidOrder, OrderRejected, ReceiptPending
from storage.base.unavailable import DatabaseUnavailable
from tests.chaos.people.shop import Shop
from tests.chaos.people.witness import Witness
from tests.chaos.stack.ground import Ground

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


class Buyers:
    """Whoever places orders, and what he sees."""

    def __init__(self, ground: Ground, shop: Shop, seed: int) -> None:
        self._ground = ground
        self._shop = shop
        self._chance = random.Random(f"people:{seed}")
        self.witness = Witness()
        self._documents: dict[str, OrderDocument] = {}

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

    async def ask_again(self, name: str) -> None:
        """Place the very order of this name once more: it gets the receipt that it had."""
        document = self._documents[name]
        receipt = await self._ground.desk.place(document)
        if receipt.order_id != self.witness.receipts.get(name, receipt.order_id):
            self.witness.wrong.append(f"{name} got another receipt after its buyer was erased")

    def number_of(self, number: int) -> str:
        """The channel and number of the order of this number."""
        document = self._shop.order(number)
        return f"{document.channel}/{document.order_no}"

    async def _place(self, number: int) -> None:
        document = self._shop.order(number)
        name = f"{document.channel}/{document.order_no}"
        self._documents[name] = document
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

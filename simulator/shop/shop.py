"""A supplier behind its protocol: catalogue, wallet, orders. Every protocol sells through this one place.

It keeps the promise that matters: one of our numbers is sold at most once, whatever comes when. Every check
and the sale that follows it happen under one lock.
"""

import asyncio
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import SimpleQueue

from simulator.china_time import order_number
from simulator.faults.injector import Injector
from simulator.shop.account import Account, Vendor
from simulator.shop.credentials import Mint
from simulator.shop.fulfilment import Fulfilment
from simulator.shop.ledger import Credential, Ledger, NewSale, Sale
from simulator.shop.products import Product
from simulator.shop.purchase import Purchase, Refusal, Refused


@dataclass(slots=True)
class Parked:
    """A purchase that the supplier took but has not written yet; it commits at `commit_at`, once set."""

    purchase: Purchase
    delay: float
    commit_at: float | None = None


class Shop:
    """Sells, remembers, pays back. `closing` tells waiting requests that the server is going down.

    `changes` are the orders that ended or were paid back, for the callbacks. Like the addresses to report to
    and the parked purchases they live in memory: a restart loses them, and polling is a client's safety net.
    """

    def __init__(self, vendor: Vendor, account: Account, ledger: Ledger) -> None:
        self.vendor = vendor
        self.account = account
        self.ledger = ledger
        self.products = {product.code: replace(product) for product in account.products}
        self.refused_signatures = 0
        self.closing = asyncio.Event()
        self.balance_minor = account.opening_balance_minor - ledger.debits_minor() + ledger.credits_minor()
        self.faults = Injector(vendor.name, ledger.faults)
        self.changes: SimpleQueue[Sale] = SimpleQueue()
        self.callback_url = account.callback_url
        self.ladder_scale = account.ladder_scale
        self.notify_urls: dict[str, str] = {}
        mint = Mint(vendor.name, prefix=account.credential_prefix, seed=account.seed)
        self._fulfilment = Fulfilment(vendor, ledger, self.products, mint, self.faults)
        self._parked: dict[str, Parked] = {}
        self._lock = threading.RLock()

    def sell(self, purchase: Purchase) -> Sale:
        """Take the money and write the sale. Raises Refusal, and then nothing was sold, nor will be.

        That is final: what was parked under the number is dropped, since a supplier that says no and sells
        later would make every failover a double purchase, whoever is careful.
        """
        with self._lock:
            try:
                self._check(purchase)
            except Refusal as refusal:
                raise self.turn_away(purchase.number, refusal.why) from None
            product, now = purchase.product, time.time()
            if product.stock is not None:
                product.stock -= purchase.quantity
            sale = self.ledger.record(
                NewSale(
                    number=purchase.number,
                    order_number=order_number(now),
                    product_code=product.code,
                    account=purchase.account,
                    quantity=purchase.quantity,
                    money_minor=self._fulfilment.charge(purchase),
                    ends_as="failed" if product.mode == "fail" else "delivered",
                    created_at=now,
                    due_at=now + (0 if self._delivers_at_once(product) else product.delay),
                )
            )
            self.balance_minor -= sale.money_minor
            self.notify_urls[sale.order_number] = purchase.notify_url
            return self._finish(sale) if self._delivers_at_once(product) else sale

    def turn_away(self, number: str, why: Refused) -> Refusal:
        """The refusal to raise for this number, and the end of what was parked under it."""
        with self._lock:
            if self.ledger.sales_of(number):
                return Refusal(Refused.DUPLICATE_NUMBER)
            self._parked.pop(number, None)
            return Refusal(why)

    def park(self, purchase: Purchase, delay: float) -> bool:
        """Hold a purchase back until so long after its number was queried; False if it is held already."""
        with self._lock:
            self._check(purchase)
            if purchase.number in self._parked:
                return False
            self._parked[purchase.number] = Parked(purchase, delay)
            return True

    def find(self, number: str) -> Sale | None:
        """The sale under our number. The first 'not found' of a parked purchase starts its commit."""
        with self._lock:
            self.settle_due()
            for sale in self.ledger.sales_of(number):
                return sale
            parked = self._parked.get(number)
            if parked is not None and parked.commit_at is None:
                parked.commit_at = time.time() + parked.delay
            return None

    def find_order(self, order_number: str) -> Sale | None:
        """The sale under the supplier's own number."""
        with self._lock:
            self.settle_due()
            return next(iter(self.ledger.by_order_number(order_number)), None)

    def find_card(self, card_id: int) -> tuple[Sale, Credential] | None:
        with self._lock:
            for sale in self.ledger.by_card(card_id):
                return sale, next(card for card in sale.credentials if card.card_id == card_id)
            return None

    def refund(self, sale: Sale) -> Sale:
        """Undo an order: withdraw a pending one, void what a delivered one issued. Repeatable."""
        with self._lock:
            sale = self.ledger.by_order_number(sale.order_number)[0]
            if sale.credited_minor == sale.money_minor:
                return sale
            if not self.products[sale.product_code].voidable:
                raise Refusal(Refused.NOT_REFUNDABLE)
            if sale.status == "pending":
                return self._credited(sale, self.ledger.finish(sale, "failed", time.time()))
            return self._credited(sale, self._fulfilment.undo(sale))

    def take_back(self, sale: Sale) -> None:
        """The supplier itself undoes a delivered order, whatever it would do at a client's wish."""
        with self._lock:
            self._credited(sale, self._fulfilment.undo(sale))

    def void(self, card_id: int) -> None:
        """Give back one card that `find_card` found. Repeatable."""
        with self._lock:
            found = self.find_card(card_id)
            if found is None or found[1].void:
                return
            sale, card = found
            if not self.products[sale.product_code].voidable:
                raise Refusal(Refused.NOT_REFUNDABLE)
            share = sale.money_minor // sale.quantity
            self._credited(sale, self.ledger.pay_back(sale, [card], share))

    def settle_due(self) -> list[Sale]:
        """Commit parked purchases and finish pending sales whose time has come; returns the finished ones."""
        with self._lock:
            now = time.time()
            for number, parked in list(self._parked.items()):
                if parked.commit_at is not None and parked.commit_at <= now:
                    self._commit_parked(number, parked)
            for before, after in self._fulfilment.reverse_due():
                self._credited(before, after)
            return [self._finish(sale) for sale in self.ledger.due(now)]

    def _check(self, purchase: Purchase) -> None:
        product = purchase.product
        if self.ledger.sales_of(purchase.number):
            raise Refusal(Refused.DUPLICATE_NUMBER)
        if product.mode == "reject":
            raise Refusal(Refused.NOT_ON_SALE)
        if not product.has(purchase.quantity):
            raise Refusal(Refused.OUT_OF_STOCK)
        if purchase.ceiling_minor is not None and purchase.ceiling_minor < purchase.money_minor:
            raise Refusal(Refused.PRICE_ABOVE_CEILING)
        if self.balance_minor < purchase.money_minor:
            raise Refusal(Refused.BALANCE_SHORT)

    def _commit_parked(self, number: str, parked: Parked) -> None:
        """Sell it now, unless it was sold meanwhile or cannot be sold any more."""
        del self._parked[number]
        with suppress(Refusal):
            self.sell(parked.purchase)

    def _delivers_at_once(self, product: Product) -> bool:
        return product.sync and product.mode != "fail"

    def _finish(self, sale: Sale) -> Sale:
        return self._credited(sale, self._fulfilment.finish(sale))

    def _credited(self, before: Sale, after: Sale) -> Sale:
        """An order has changed: the wallet gets what was paid back, and its owner is to be told."""
        self.balance_minor += after.credited_minor - before.credited_minor
        self.changes.put(after)
        return after

"""How an order is charged, filled and taken back, and what may be wrong with that (faults of act `sale`)."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.faults.injector import Injector, Strike
from simulator.faults.plan import FaultPlan
from simulator.shop.account import Vendor
from simulator.shop.credentials import Mint, Secret, respelt
from simulator.shop.ledger import Ledger, Sale
from simulator.shop.products import CARD_KINDS, Mode, Product
from simulator.shop.purchase import Purchase


@dataclass(frozen=True, slots=True)
class _Reversal:
    """A success that this plan will take back, unless it ends first."""

    order_number: str
    at: float
    strike: Strike
    plan: FaultPlan


_OF_MODES: Mapping[Mode, str] = {
    "partial": "partial_quantity",
    "duplicate": "duplicate_credential",
    "reversed_later": "success_later_reversed",
}
"""What a product of each mode is sold with, as if a plan had said so."""


class Fulfilment:
    """Writes to the ledger; the shop around it keeps the wallet and the lock."""

    def __init__(
        self, vendor: Vendor, ledger: Ledger, products: Mapping[str, Product], mint: Mint, faults: Injector
    ) -> None:
        self._vendor = vendor
        self._ledger = ledger
        self._products = products
        self._mint = mint
        self._faults = faults
        self._reversals: list[_Reversal] = []

    def charge(self, purchase: Purchase) -> int:
        """What is really taken for a purchase: a `wrong_amount` is about a tenth more than the price."""
        strike = self._strike(purchase.number, purchase.quantity, purchase.product)
        if strike.kind != "wrong_amount":
            return purchase.money_minor
        self._faults.note(strike)
        return purchase.money_minor + max(1, purchase.product.price_minor // 10) * purchase.quantity

    def finish(self, sale: Sale) -> Sale:
        """End a pending sale as it was made to end."""
        if sale.ends_as == "failed":
            return self._ledger.finish(sale, "failed", time.time())
        product = self._products[sale.product_code]
        strike = self._strike(sale.number, sale.quantity, product)
        kind = strike.kind or self._by_mode(sale.quantity, product)
        is_short = kind == "partial_quantity"
        pieces = sale.quantity - 1 if is_short else sale.quantity
        secrets = [self._new_secret(product) for _ in range(pieces)] if product.kind in CARD_KINDS else []
        if kind == "unusable_card":
            secrets = [Secret("", "") for _ in secrets]
            self._faults.note(strike)
        if kind in ("duplicate_credential", "respelt_credential"):
            secrets = self._with_duplicate(secrets, strike, product)
        done = self._ledger.finish(sale, "delivered", time.time(), secrets)
        if is_short:
            self._faults.note(strike)
            return self._pay_for_missing_piece(done)
        if kind == "success_later_reversed":
            plan = self._faults.plan
            due = time.time() + plan.timing.reversal
            self._reversals.append(_Reversal(sale.order_number, due, strike, plan))
        return done

    def reverse_due(self) -> list[tuple[Sale, Sale]]:
        """Take back the successes whose time has come; each as it was before and as it is now."""
        plan, now = self._faults.plan, time.time()
        self._reversals = [later for later in self._reversals if later.plan is plan and not plan.stopped]
        due = [later for later in self._reversals if later.at <= now]
        self._reversals = [later for later in self._reversals if later.at > now]
        return [change for reversal in due for change in self._reverse(reversal)]

    def _reverse(self, reversal: _Reversal) -> list[tuple[Sale, Sale]]:
        [sale] = self._ledger.by_order_number(reversal.order_number)
        if sale.credited_minor == sale.money_minor:
            return []
        self._faults.note(reversal.strike)
        return [(sale, self.undo(sale))]

    def undo(self, sale: Sale) -> Sale:
        """Void every card that is left and pay back what has not been paid back yet."""
        cards = [card for card in sale.credentials if not card.void]
        return self._ledger.pay_back(sale, cards, sale.money_minor - sale.credited_minor)

    def _pay_for_missing_piece(self, sale: Sale) -> Sale:
        """A vendor that has no words for a part refund keeps the money."""
        if not self._vendor.knows_refunds:
            return sale
        return self._ledger.pay_back(sale, [], sale.money_minor // sale.quantity)

    def _with_duplicate(self, secrets: list[Secret], strike: Strike, product: Product) -> list[Secret]:
        """The first piece is one that was sold before; while nothing was, there is nothing to repeat."""
        issued = self._ledger.first_issued(product.code)
        if issued is None:
            return secrets
        self._faults.note(strike)
        if strike.kind == "respelt_credential":
            digest = hashlib.sha256(strike.number.encode()).digest()
            issued = respelt(issued, secrets[0], way=digest[0])
        return [issued, *secrets[1:]]

    def _strike(self, number: str, quantity: int, product: Product) -> Strike:
        return self._faults.on_sale(number, self._possible(quantity, product))

    def _by_mode(self, quantity: int, product: Product) -> str | None:
        """What is always wrong with a sale of this product, where it can be."""
        kind = _OF_MODES.get(product.mode)
        return kind if kind in self._possible(quantity, product) else None

    def _possible(self, quantity: int, product: Product) -> set[str]:
        """Without refunds an order is never reversed, nor, where there are no cards to count, ever short."""
        refunds, is_card = self._vendor.knows_refunds, product.kind in CARD_KINDS
        kinds = {"wrong_amount"}
        if is_card:
            kinds |= {"duplicate_credential", "respelt_credential", "unusable_card"}
        if quantity > 1 and (is_card or refunds):
            kinds.add("partial_quantity")
        if refunds:
            kinds.add("success_later_reversed")
        return kinds

    def _new_secret(self, product: Product) -> Secret:
        while self._ledger.knows(secret := self._mint.issue(product.kind)):
            pass
        return secret

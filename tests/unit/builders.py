"""Small valid documents that a test changes in one place, so that it shows only what it is about."""

from datetime import timedelta
from typing import Any

from domain.contract.bundle import Bundle, Component
from domain.contract.catalogue import Benefit, Catalogue, Offer, OfferTerms
from domain.contract.order import OrderDocument, Recipient
from domain.money import Money


def cny(amount: int) -> Money:
    """That many fen."""
    return Money(amount=amount, currency="CNY")


def usd(amount: int) -> Money:
    """That many cents."""
    return Money(amount=amount, currency="USD")


def offer(connection: str = "alpha", cost: Money | None = None, **changes: Any) -> Offer:
    """An offer of product p-1 at 1.00 CNY."""
    return Offer.model_validate(
        {"connection": connection, "product": "p-1", "cost": cost or cny(100), **changes}
    )


def benefit(benefit_id: str = "video", **changes: Any) -> Benefit:
    """A key that sells for 10.00 CNY and goes to no account."""
    plain = {
        "id": benefit_id,
        "kind": "key",
        "title": f"The {benefit_id}",
        "stand_alone": cny(1000),
        "offers": [offer()],
    }
    return Benefit.model_validate({**plain, **changes})


def no_terms(offer: Offer) -> OfferTerms | None:
    """Nothing is known of any connection."""
    return None


def catalogue(*benefits: Benefit) -> Catalogue:
    """These benefits, or a single plain one."""
    return Catalogue(benefits=list(benefits) or [benefit()])


def component(component_id: str = "video", **changes: Any) -> Component:
    """One reversible unit of the benefit of the same name, to the shared account, at once."""
    plain = {"id": component_id, "benefit": component_id, "reversibility": "reversible"}
    return Component.model_validate({**plain, **changes})


def bundle(*components: Component, **changes: Any) -> Bundle:
    """Version 1 of `duo` for 99.00 CNY, best effort."""
    plain = {
        "id": "duo",
        "version": 1,
        "title": "Duo",
        "price": cny(9900),
        "policy": "best_effort",
        "components": list(components) or [component()],
    }
    return Bundle.model_validate({**plain, **changes})


def phone(value: str = "13800138000") -> Recipient:
    """A phone as recipient."""
    return Recipient.model_validate({"type": "phone", "value": value})


def order(**changes: Any) -> OrderDocument:
    """Order 1001 of channel web: one `duo` to nobody's account."""
    plain = {
        "channel": "web",
        "order_no": "1001",
        "bundle": "duo",
        "version": 1,
        "paid": cny(9900),
        "buyer": {"ref": "u-1"},
    }
    return OrderDocument.model_validate({**plain, **changes})


def after(**duration: float) -> dict[str, timedelta]:
    """A release rule: this long after the order was placed."""
    return {"after": timedelta(**duration)}

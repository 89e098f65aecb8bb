"""Parts of catalogue documents, as whoever composes them writes them."""

from typing import Any


def money(amount: int) -> dict[str, Any]:
    """Fen, as documents write it."""
    return {"amount": amount, "currency": "CNY"}


def offer(connection: str, product: str, cost: int = 5000, **more: Any) -> dict[str, Any]:
    """One offer of a benefit."""
    return {"connection": connection, "product": product, "cost": money(cost), **more}


def benefit(
    name: str, kind: str, *offers: dict[str, Any], account: str = "none", price: int = 1000
) -> dict[str, Any]:
    """One benefit of a catalogue document."""
    return {
        "id": name,
        "kind": kind,
        "title": name.replace("-", " "),
        "account": account,
        "stand_alone": money(price),
        "offers": list(offers),
    }

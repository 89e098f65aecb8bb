"""What reached whom, masked: enough to recognise it, not enough to use it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sqlalchemy import select

from domain.contract.order import Recipient
from starter.cli.context import Connected
from storage.purchasing.opening import order_ring
from storage.tables import Credential, Delivery, RecipientRow
from storage.views.orders import OrderView


@dataclass
class HandedOver:
    """What one delivery handed over. `units` are empty for a recharge, which leaves no credential."""

    recipient: str | None = None
    units: list[str] = field(default_factory=list)


async def handed_over(connected: Connected, order: OrderView) -> Mapping[str, HandedOver]:
    """By delivery id, what an order handed over and to which account."""
    found = {delivery.id: HandedOver() for delivery in order.deliveries}
    async with connected.database.transaction() as session:
        ring = await order_ring(session, connected.vault, order.order_id)
        accounts = {
            row.name: Recipient.model_validate_json(
                ring.open(row.sealed, f"recipient/{row.order_id}/{row.name}")
            )
            for row in await session.scalars(
                select(RecipientRow).where(RecipientRow.order_id == order.order_id)
            )
        }
        named = await session.execute(
            select(Delivery.id, Delivery.recipient).where(Delivery.order_id == order.order_id)
        )
        for delivery_id, name in named:
            if name in accounts:
                found[delivery_id].recipient = masked(accounts[name].value)
        for row in await session.scalars(
            select(Credential).where(Credential.delivery_id.in_(found)).order_by(Credential.unit)
        ):
            unit = json.loads(ring.open(row.sealed, f"credential/{row.id}"))
            found[row.delivery_id].units.append(masked_unit(unit))
    return found


def masked(value: str) -> str:
    """An account with its middle hidden: 138******00."""
    shown = 5
    if len(value) < 2 * shown:
        return "*" * len(value)
    return value[:3] + "*" * (len(value) - shown) + value[-2:]


def masked_unit(unit: Mapping[str, str]) -> str:
    """A key by the end of its number, a link by its host. Passwords are never shown."""
    if link := unit.get("link"):
        return f"link {urlsplit(link).netloc}/…"
    number = unit.get("number") or ""
    return f"key …{number[-3:]}" if len(number) >= 10 else "key …"

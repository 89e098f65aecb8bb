"""What tests of release plans share: a bundle's parts, and how their instants are written."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from domain.contract.order import OrderDocument, Recipient
from domain.messages import OrderReceipt
from domain.planning.order_events import OrderEvent, OrderEventKind
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView
from tests.support.documents import benefit, money, offer
from tests.support.skipping import SkippingWorld

KEY = benefit("plan-key", "key", offer("kayixin", "1001"))
PHONE = benefit("plan-phone", "recharge", offer("kayixin", "1006"), account="phone")
SCARCE = benefit("scarce-key", "key", offer("kayixin", "2004"))
BENEFITS = [KEY, PHONE, SCARCE]
OURS = Recipient.model_validate({"type": "phone", "value": "13800138000"})
OTHER = Recipient.model_validate({"type": "phone", "value": "13900139000"})


def at(text: str) -> datetime:
    """An instant in UTC, as tests write it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def dues(view: OrderView, component: str) -> list[str]:
    """When each release of a component is due, in UTC."""
    return [told(each.due_at) for each in of(view, component)]


def told(moment: datetime | None) -> str:
    """An instant as tests write it: in UTC, with what is beyond the minute if there is anything."""
    if moment is None:
        return ""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return text.removesuffix(":00")


def of(view: OrderView, component: str) -> list[DeliveryView]:
    """The deliveries of a component, by release."""
    return [each for each in view.deliveries if each.component == component]


def states(view: OrderView, component: str) -> list[str]:
    """Where each delivery of a component stands."""
    return [each.state for each in of(view, component)]


def refunds(deliveries: Iterable[DeliveryView]) -> list[int]:
    """What is owed back for each delivery, in minor units."""
    return [each.refund.amount if each.refund else 0 for each in deliveries]


def happened(
    event: OrderEventKind, component: str = "", release: int = 0, event_id: str = "e-1"
) -> OrderEvent:
    """A report as a channel sends it."""
    return OrderEvent(event_id=event_id, event=event, component=component, release=release)


ANCHOR = at("2031-03-01 02:00")
"""When the orders of these tests are paid: the first of March, at ten in Shanghai."""


def part(
    name: str, share: int, release: Any = "at_order", benefit: str = "plan-key", **more: Any
) -> dict[str, Any]:
    """One component of a bundle document, with a fixed part of the price."""
    return {"id": name, "benefit": benefit, "share": money(share), "release": release, **more}


async def ordered(
    world: SkippingWorld, *parts: dict[str, Any], order: Mapping[str, Any] = MappingProxyType({}), **more: Any
) -> tuple[OrderDocument, OrderReceipt]:
    """An order for a bundle of these parts, at its moment."""
    price = sum(each["share"]["amount"] for each in parts)
    bundle = await world.publish(list(parts), BENEFITS, price=price, **more)
    document = world.order(bundle, placed_at=ANCHOR.isoformat(), **order)
    receipt = await world.place(document)
    await world.pass_to(ANCHOR)
    return document, receipt


async def tell(world: SkippingWorld, receipt: OrderReceipt, fact: OrderEvent) -> bool:
    """Report what happened, as a channel does; whether it was news."""
    return await world.checkout.report(receipt.order_id, fact, actor="the app")


def within_a_minute(moment: datetime | None, of: datetime) -> bool:
    """Whether something happened when it was to, or less than a minute later."""
    return moment is not None and timedelta(0) <= moment - of < timedelta(minutes=1)


def closed_at(view: OrderView, delivery: DeliveryView) -> datetime | None:
    """When a delivery reached the state it is in."""
    moves = [e for e in view.events if e.delivery_id == delivery.id and e.data.get("state") == delivery.state]
    return moves[-1].at if moves else None


def accounts(world: SkippingWorld, view: OrderView) -> list[str]:
    """Which accounts were bought for, in the order of the deliveries."""
    return [sale.account for sale in world.sales(view) if sale.product_code == "1006"]

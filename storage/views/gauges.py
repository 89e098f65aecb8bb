"""How the book stands, in a few numbers for whoever watches over it; one statement over indexes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Float, Select, String, cast, func, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import DeliveryState
from storage.tables import Delivery, Event, FeedCursor, Order, PublicEvent, WebhookDelivery
from storage.webhooks.outbox import OPEN
from storage.webhooks.projecting import CONSUMER


@dataclass(frozen=True)
class Gauges:
    """Counts, and ages in seconds; 0 where nothing is waiting."""

    orders_open: int = 0
    orders_held: Mapping[str, int] = field(default_factory=dict)
    """How many have a delivery on hold, by its reason."""
    webhooks_open: int = 0
    """Events that endpoints are still to get."""
    webhook_oldest: float = 0
    """Of the oldest of those."""
    webhook_lag: float = 0
    """Of the oldest event of an order that was not made public yet."""


async def gauges(session: AsyncSession) -> Gauges:
    """How the book stands now."""
    found: dict[str, float] = {}
    held: dict[str, int] = {}
    for name, reason, number in await session.execute(_QUESTION):
        if name == "held":
            held[reason] = int(number)
        else:
            found[name] = number
    return Gauges(
        orders_open=int(found["open"]),
        orders_held=held,
        webhooks_open=int(found["webhooks"]),
        webhook_oldest=found["oldest"],
        webhook_lag=found["lag"],
    )


def _age(since: object) -> object:
    return func.greatest(func.coalesce(func.extract("epoch", func.now() - since), 0), 0)


def _line(name: str, number: object, reason: object = None) -> Select[str, str, float]:
    what = cast(null(), String) if reason is None else reason
    return select(literal(name), what, cast(number, Float))  # type: ignore[call-overload,no-any-return]


_OPEN = (WebhookDelivery.state == OPEN,)
_READ = select(FeedCursor.position).where(FeedCursor.consumer == CONSUMER).scalar_subquery()
_NEXT = (
    select(Event.at)
    .where(Event.position > func.coalesce(_READ, 0))
    .order_by(Event.position)
    .limit(1)
    .scalar_subquery()
)
_QUESTION = union_all(
    _line("open", func.count()).select_from(Order).where(Order.closed_at.is_(None)),
    _line("held", func.count(Delivery.order_id.distinct()), Delivery.hold_reason)
    .where(Delivery.state == DeliveryState.HELD.value)
    .group_by(Delivery.hold_reason),
    _line("webhooks", func.count()).select_from(WebhookDelivery).where(*_OPEN),
    _line("oldest", _age(func.min(PublicEvent.at)))
    .select_from(WebhookDelivery)
    .join(PublicEvent, PublicEvent.number == WebhookDelivery.event_number)
    .where(*_OPEN),
    _line("lag", _age(_NEXT)),
)

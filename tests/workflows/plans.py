"""What tests of release plans share: a bundle's parts, and how their instants are written."""

from collections.abc import Iterable
from datetime import UTC, datetime

from domain.facts import Fact, Reported
from storage.reading import DeliveryView, OrderView
from tests.support.world import benefit, offer

KEY = benefit("plan-key", "key", offer("kayixin", "1001"))
PHONE = benefit("plan-phone", "recharge", offer("kayixin", "1004"), account="phone")
SCARCE = benefit("scarce-key", "key", offer("kayixin", "2004"))
BENEFITS = [KEY, PHONE, SCARCE]


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


def happened(event: Reported, component: str = "", release: int = 0, event_id: str = "e-1") -> Fact:
    """A report as a channel sends it."""
    return Fact(event_id=event_id, event=event, component=component, release=release)

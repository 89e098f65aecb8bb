"""Whole lifecycles of orders that never were, as events that a receiver can be tried with.

They have the shapes of the real ones, and the order in which a real order of that kind is told of.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from domain.webhooks.bodies import Notification
from domain.webhooks.story import Story


def _delivered(story: Story) -> None:
    story.updated("in_progress")
    story.order("in_progress")
    story.turned("delivered")
    story.shippable()
    story.close("completed")


def _held(story: Story) -> None:
    story.updated("in_progress")
    story.order("in_progress")
    story.held("out_of_stock")
    story.order("held")
    story.updated("in_progress")
    story.order("in_progress")
    story.turned("delivered")
    story.shippable()
    story.close("completed")


def _uncertain(story: Story) -> None:
    story.updated("in_progress")
    story.order("in_progress")
    story.updated("uncertain")
    story.turned("delivered")
    story.shippable()
    story.close("completed")


def _given_up(story: Story) -> None:
    story.updated("in_progress")
    story.order("in_progress")
    story.turned("failed")
    story.refund("decided")
    story.close("failed")


def _refused(story: Story) -> None:
    _given_up(story)
    story.refund("confirmed")
    story.turned("refunded")


def _refund_failed(story: Story) -> None:
    _given_up(story)
    story.refund("failed")


def _partial(story: Story) -> None:
    for part in ("video", "music"):
        story.updated("in_progress", part)
    story.order("in_progress")
    story.turned("delivered", "video")
    story.turned("failed", "music")
    story.refund("decided", "music")
    story.shippable()
    story.close("partial")


def _cancelled(story: Story) -> None:
    story.cancelling()
    story.turned("cancelled")
    story.refund("decided")
    story.close("cancelled")


def _reversed(story: Story) -> None:
    _delivered(story)
    story.held("needs_attention")
    story.order("held")
    story.turned("failed")
    story.order("in_progress")
    story.refund("decided")
    story.order("failed")


SCENARIOS: Mapping[str, tuple[str, Callable[[Story], None]]] = {
    "delivered": ("Delivered at once, and closed.", _delivered),
    "held": ("Out of stock for a while, then delivered.", _held),
    "uncertain": ("The supplier does not answer at first, then delivered.", _uncertain),
    "refused": ("Refused by the supplier, paid back, confirmed by you.", _refused),
    "refund-failed": ("Refused, and you could not pay it back.", _refund_failed),
    "partial": ("Of two parts one is delivered, and one paid back.", _partial),
    "cancelled": ("Cancelled before anything was delivered.", _cancelled),
    "reversed": ("Delivered and closed, then taken back by the supplier.", _reversed),
    "again-and-late": ("As `delivered`, each event twice, and some before earlier ones.", _delivered),
}
"""What each is, and how it goes."""


def events_of(scenario: str, channel: str, now: datetime) -> list[Notification]:
    """The events of a scenario, in the order in which they are sent. `now` is UTC-aware."""
    _, tell = SCENARIOS[scenario]
    story = Story(channel, now, ("video", "music") if scenario == "partial" else ("video",))
    tell(story)
    if scenario != "again-and-late":
        return story.events
    overtaken = [each for pair in zip(story.events[1::2], story.events[::2], strict=False) for each in pair]
    missing = [each for each in story.events if each not in overtaken]
    return [*overtaken, *missing, *story.events]

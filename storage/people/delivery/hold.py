"""A delivery is kept from going on."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import HoldReason, deadline_of
from domain.fulfilment.steps import hold_step
from domain.verbs.human_act import HumanAct
from domain.verbs.until import until_refusal
from storage.base.requests import ActRefused
from storage.people.scene import Scene
from storage.standing.deliveries import first_instant


async def apply(session: AsyncSession, request: HumanAct, scene: Scene) -> None:
    """Hold it for at least as long as people need, or until an instant. Raises ActRefused."""
    until, now = request.until, scene.now
    if why := until_refusal(until, now):
        raise ActRefused(why)
    window = timedelta(seconds=scene.order.hold_seconds)
    due_at = first_instant(scene.delivery, scene.gate)
    deadline = deadline_of(HoldReason.BY_OPERATOR, window, max(now, until or now), due_at, None)
    note, offer = scene.delivery.note, scene.delivery.offer
    step = hold_step(HoldReason.BY_OPERATOR, note, now, deadline, offer)
    scene.follow(session, step.model_copy(update={"at": until}), "delivery.held")

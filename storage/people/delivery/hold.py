"""A delivery is kept from going on."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import HoldReason, deadline_of
from domain.fulfilment.steps import hold_step
from domain.verbs.human_act import HumanAct
from storage.people.scene import Scene
from storage.standing.deliveries import first_instant


async def apply(session: AsyncSession, _: HumanAct, scene: Scene) -> None:
    """Hold it for at least as long as people need."""
    window = timedelta(seconds=scene.order.hold_seconds)
    due_at = first_instant(scene.delivery, scene.gate)
    deadline = deadline_of(HoldReason.BY_OPERATOR, window, scene.now, due_at, None)
    note, offer = scene.delivery.note, scene.delivery.offer
    step = hold_step(HoldReason.BY_OPERATOR, note, scene.now, deadline, offer)
    scene.follow(session, step, "delivery.held")

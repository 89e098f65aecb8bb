"""A delivery is kept from going on."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import HoldReason
from domain.fulfilment.steps import hold_step
from domain.fulfilment.waits import SHORTEST_FOR_PEOPLE, held_until
from domain.verbs.human_act import HumanAct
from storage.people.scene import Scene
from storage.standing.deliveries import first_instant


async def apply(session: AsyncSession, _: HumanAct, scene: Scene) -> None:
    """Hold it for at least as long as people need."""
    window = max(timedelta(seconds=scene.order.hold_seconds), SHORTEST_FOR_PEOPLE)
    due_at = first_instant(scene.delivery, scene.gate)
    deadline = held_until(scene.now, window, due_at)
    note, offer = scene.delivery.note, scene.delivery.offer
    step = hold_step(HoldReason.BY_OPERATOR, note, scene.now, deadline, offer)
    scene.follow(session, step, "delivery.held")

"""A delivery is waived, and nothing is owed for it."""

from sqlalchemy.ext.asyncio import AsyncSession

from domain.verbs.human_act import HumanAct
from storage.deliveries.settlement import give_up
from storage.people.scene import Scene


async def apply(session: AsyncSession, _: HumanAct, scene: Scene) -> None:
    """Close it."""
    order_id, delivery = scene.order.id, scene.delivery
    await give_up(session, order_id, delivery.id, delivery.note, scene.now, waived=True)

"""A delivery is let go on."""

from sqlalchemy.ext.asyncio import AsyncSession

from domain.verbs.human_act import HumanAct
from storage.people.scene import Scene


async def apply(session: AsyncSession, _: HumanAct, scene: Scene) -> None:
    """Go on where it stood."""
    scene.follow(session, scene.tried_again, "delivery.released")

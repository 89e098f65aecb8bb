"""A reissue is a case, which the desk opens: there is nothing to do in the order's own run."""

from sqlalchemy.ext.asyncio import AsyncSession

from domain.verbs.human_act import HumanAct
from storage.base.requests import ActRefused
from storage.people.scene import Scene


async def apply(_: AsyncSession, __: HumanAct, scene: Scene) -> None:
    """Raise ActRefused."""
    raise ActRefused(f"the delivery is {scene.delivery.state}: only a delivered one is reissued")

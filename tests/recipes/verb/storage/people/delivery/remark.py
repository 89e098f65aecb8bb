"""A remark changes nothing: that somebody made it is written down already."""

from sqlalchemy.ext.asyncio import AsyncSession

from domain.verbs.human_act import HumanAct
from storage.people.scene import Scene


async def apply(_: AsyncSession, __: HumanAct, ___: Scene) -> None:
    """Leave it as it is."""

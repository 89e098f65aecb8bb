"""A reissue is a case, which the desk opens: there is nothing to do in the order's own run."""

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import DeliveryState
from domain.verbs.human_act import HumanAct
from domain.verbs.refusals import is_not_delivered
from domain.verbs.verb import Standing
from storage.base.requests import ActRefused
from storage.people.scene import Scene


async def apply(_: AsyncSession, request: HumanAct, scene: Scene) -> None:
    """Raise ActRefused."""
    raise ActRefused(is_not_delivered(request.act, Standing(DeliveryState(scene.delivery.state))))

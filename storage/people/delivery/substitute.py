"""A delivery is bought from another of its offers."""

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import DeliveryState
from domain.planning.plan import PinnedOffer
from domain.verbs.human_act import HumanAct
from storage.base.requests import ActRefused
from storage.people.scene import Scene
from storage.tables import Delivery


async def apply(session: AsyncSession, request: HumanAct, scene: Scene) -> None:
    """Go on with the offer of the connection that was named. Raises ActRefused where there is none."""
    offer = _offer_of(scene.delivery, request.connection)
    planned = scene.delivery.state == DeliveryState.PLANNED
    state = DeliveryState.PLANNED if planned else DeliveryState.IN_PROGRESS
    scene.attempt = None
    step = scene.tried_again.model_copy(update={"state": state, "offer": offer})
    scene.follow(session, step, "delivery.substituted")


def _offer_of(delivery: Delivery, connection: str) -> int:
    offers = [PinnedOffer.model_validate(offer) for offer in delivery.offers]
    for index, offer in enumerate(offers):
        if offer.connection == connection:
            return index
    known = ", ".join(offer.connection for offer in offers)
    raise ActRefused(f"no offer of {connection or '(no connection named)'} was pinned; there are: {known}")

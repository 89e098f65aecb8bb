"""A delivery is what a person handed in for it."""

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction, Step
from domain.verbs.human_act import HumanAct
from storage.base import journal
from storage.base.requests import ActRefused
from storage.deliveries.by_hand import NotUsable, attach
from storage.people.scene import Scene


async def apply(session: AsyncSession, request: HumanAct, scene: Scene) -> None:
    """Give the buyer what was handed in. Raises ActRefused unless that is exactly what is missing."""
    delivery, note = scene.delivery, scene.delivery.note
    try:
        await attach(session, scene.order, delivery, scene.attempt, request.credentials, scene.now)
    except NotUsable as error:
        raise ActRefused(str(error)) from None
    step = Step(state=DeliveryState.DELIVERED, next_action=NextAction.DONE, offer=delivery.offer, note=note)
    journal.follow(
        session,
        scene.order,
        delivery,
        "delivery.delivered",
        scene.now,
        step,
        units_delivered=delivery.units,
        delivered_at=scene.now,
    )

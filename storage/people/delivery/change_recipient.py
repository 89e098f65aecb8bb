"""A delivery goes to another account."""

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import READDRESSED
from domain.fulfilment.states import UNRESOLVED_ATTEMPTS, DeliveryState
from domain.verbs.human_act import HumanAct
from storage.base import journal
from storage.base.requests import ActRefused
from storage.people.scene import Scene
from storage.tables import Attempt, Delivery, RecipientRow


async def apply(session: AsyncSession, request: HumanAct, scene: Scene) -> None:
    """Name the account that was handed in; what waited for that goes on. Raises ActRefused for none."""
    delivery, kind, recipient = scene.delivery, "delivery.readdressed", request.recipient
    if await session.get(RecipientRow, (scene.order.id, recipient)) is None:
        raise ActRefused("no recipient was handed in under that name")
    if delivery.hold_reason in READDRESSED or request.supplier_says:
        scene.follow(session, scene.tried_again, kind, recipient=recipient)
    else:
        journal.change(session, scene.order, delivery, kind, scene.now, recipient=recipient)
    if request.later_too:
        for each in await _later(session, delivery):
            journal.change(session, scene.order, each, kind, scene.now, by=request.by, recipient=recipient)


async def _later(session: AsyncSession, delivery: Delivery) -> list[Delivery]:
    """What comes later of the same component, and whose account can change without them going on by that."""
    later = await session.scalars(
        select(Delivery).where(
            Delivery.order_id == delivery.order_id,
            Delivery.component == delivery.component,
            Delivery.position > delivery.position,
            Delivery.state.in_([DeliveryState.PLANNED.value, DeliveryState.HELD.value]),
            Delivery.units_delivered == 0,
            or_(Delivery.hold_reason.is_(None), Delivery.hold_reason.not_in(READDRESSED)),
            ~exists().where(
                Attempt.delivery_id == Delivery.id,
                Attempt.state.in_([state.value for state in UNRESOLVED_ATTEMPTS]),
            ),
        )
    )
    return list(later)

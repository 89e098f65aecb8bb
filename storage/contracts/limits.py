"""Purchase limits: how much one buyer may have, over all orders that were not failed or cancelled.

Counted under the buyer's lock, so that two orders at once cannot both be the last one.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument
from domain.fulfilment.states import LOST, OrderState
from storage.tables import Delivery, Order

NOT_COUNTED = (OrderState.REJECTED, OrderState.FAILED, OrderState.CANCELLED)


async def beyond_limits(
    session: AsyncSession, document: OrderDocument, buyer: str, bundle: Bundle, releases: Mapping[str, int]
) -> str | None:
    """Which limit this order would exceed, in words for the channel; None when it fits.

    `buyer`: the blind index of who buys. `releases`: how many each component has.
    """
    his = (Order.channel == document.channel, Order.buyer_index == buyer)
    if bundle.limits.per_buyer is not None:
        bought = await _bundles_bought(session, his, document.bundle)
        if bought + document.quantity > bundle.limits.per_buyer:
            what = f"{bundle.limits.per_buyer} of {bundle.id}"
            return _sentence(what, bought, document.quantity)
    for benefit, limit in sorted(bundle.limits.per_benefit.items()):
        asked = document.quantity * sum(
            c.quantity * releases[c.id] for c in bundle.components if c.benefit == benefit
        )
        had = await _units_had(session, his, benefit)
        if had + asked > limit:
            return _sentence(f"{limit} of benefit {benefit}", had, asked)
    return None


async def _bundles_bought(session: AsyncSession, his: Sequence[ColumnElement[bool]], bundle: str) -> int:
    bought = select(func.coalesce(func.sum(Order.quantity), 0)).where(
        *his,
        Order.bundle_id == bundle,
        Order.state.not_in(_values(NOT_COUNTED)),
    )
    return int(await session.scalar(bought) or 0)


async def _units_had(session: AsyncSession, his: Sequence[ColumnElement[bool]], benefit: str) -> int:
    had = (
        select(func.coalesce(func.sum(Delivery.units), 0))
        .join(Order, Order.id == Delivery.order_id)
        .where(*his, Delivery.benefit == benefit, Delivery.state.not_in(_values(LOST)))
    )
    return int(await session.scalar(had) or 0)


def _values(states: Collection[str]) -> list[str]:
    return [str(state) for state in states]


def _sentence(what: str, had: int, asked: int) -> str:
    return f"the limit is {what} per buyer; {had} bought before, {asked} more asked for"

"""Purchase limits: how much one buyer or account may have, over all orders not failed or cancelled.

What is held for orders that are not paid yet counts as well. Counted under the locks of both, so that two
orders at once cannot both be the last one.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Scope
from domain.fulfilment.states import LOST, OrderState
from storage.contracts.held import Held, held_beside
from storage.contracts.purchase import Purchase
from storage.tables import Delivery, Order, RecipientRow

NOT_COUNTED = (OrderState.REJECTED, OrderState.FAILED, OrderState.CANCELLED)


async def beyond_limits(session: AsyncSession, wanted: Purchase) -> str | None:
    """Which limit this order would exceed, in words for the channel; None when it fits.

    What live channels sold, and what test channels ordered, counts apart.
    """
    bundle, limits, quantity = wanted.bundle, wanted.bundle.limits, wanted.document.quantity
    channel = None if limits.scope is Scope.ALL_CHANNELS else wanted.document.channel
    counted = (Order.livemode.is_(wanted.livemode),) if channel is None else (Order.channel == channel,)
    his = (*counted, Order.buyer_index == wanted.buyer)
    held = await held_beside(session, wanted, channel) if wanted.is_limited else Held(())
    if limits.per_buyer is not None:
        bought = await _bundles_bought(session, his, bundle.id) + held.bundles(bundle.id, wanted.buyer)
        if bought + quantity > limits.per_buyer:
            return _sentence(f"{limits.per_buyer} of {bundle.id} per buyer", bought, quantity)
    if limits.per_account is not None:
        for account in sorted(set(wanted.accounts.values())):
            bought = await _bundles_bought(session, (*counted, _goes_to(account)), bundle.id)
            bought += held.bundles_to(bundle.id, account)
            if bought + quantity > limits.per_account:
                what = f"{limits.per_account} of {bundle.id} per account"
                return _sentence(what, bought, quantity)
    for benefit, limit in sorted(limits.per_benefit.items()):
        asked = wanted.units.get(benefit, 0)
        had = await _units_had(session, his, benefit) + held.units(benefit, wanted.buyer)
        if had + asked > limit:
            return _sentence(f"{limit} of benefit {benefit} per buyer", had, asked)
    for benefit, limit in sorted(limits.per_benefit_and_account.items()):
        for account, of_it in sorted(wanted.units_to.items()):
            if not (asked := of_it.get(benefit, 0)):
                continue
            had = await _units_had(session, (*counted, _is_for(account)), benefit)
            had += held.units_to(benefit, account)
            if had + asked > limit:
                return _sentence(f"{limit} of benefit {benefit} per account", had, asked)
    return None


def _is_for(account: str) -> ColumnElement[bool]:
    """Deliveries that go, or went, to an account."""
    return exists().where(
        RecipientRow.order_id == Delivery.order_id,
        RecipientRow.name == Delivery.recipient,
        RecipientRow.blind_index == account,
    )


def _goes_to(account: str) -> ColumnElement[bool]:
    """Orders of which something goes, or went, to an account."""
    return exists().where(
        Delivery.order_id == Order.id, Delivery.state.not_in(_values(LOST)), _is_for(account)
    )


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
    return f"the limit is {what}; {had} bought before, {asked} more asked for"

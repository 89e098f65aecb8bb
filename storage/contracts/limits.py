"""Purchase limits: how much one buyer or account may have, over all orders not failed or cancelled.

Counted under the locks of both, so that two orders at once cannot both be the last one.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle, Scope, recipient_name
from domain.contract.order import OrderDocument
from domain.fulfilment.states import LOST, OrderState
from storage.tables import Delivery, Order, RecipientRow

NOT_COUNTED = (OrderState.REJECTED, OrderState.FAILED, OrderState.CANCELLED)


async def beyond_limits(
    session: AsyncSession,
    document: OrderDocument,
    buyer: str,
    accounts: Mapping[str, str],
    bundle: Bundle,
    releases: Mapping[str, int],
    *,
    livemode: bool,
) -> str | None:
    """Which limit this order would exceed, in words for the channel; None when it fits.

    `buyer`, `accounts`: the blind indexes of who buys, and by their names of where it goes. `releases`: how
    many each component has. `livemode`: what live channels sold, and test channels ordered, counts apart.
    """
    limits, all_channels = bundle.limits, bundle.limits.scope is Scope.ALL_CHANNELS
    counted = (Order.livemode.is_(livemode),) if all_channels else (Order.channel == document.channel,)
    his = (*counted, Order.buyer_index == buyer)
    if limits.per_buyer is not None:
        bought = await _bundles_bought(session, his, document.bundle)
        if bought + document.quantity > limits.per_buyer:
            return _sentence(f"{limits.per_buyer} of {bundle.id} per buyer", bought, document.quantity)
    if limits.per_account is not None:
        for account in sorted(set(accounts.values())):
            bought = await _bundles_bought(session, (*counted, _goes_to(account)), document.bundle)
            if bought + document.quantity > limits.per_account:
                what = f"{limits.per_account} of {bundle.id} per account"
                return _sentence(what, bought, document.quantity)
    for benefit, limit in sorted(limits.per_benefit.items()):
        asked = document.quantity * sum(
            c.quantity * releases[c.id] for c in bundle.components if c.benefit == benefit
        )
        had = await _units_had(session, his, benefit)
        if had + asked > limit:
            return _sentence(f"{limit} of benefit {benefit} per buyer", had, asked)
    for benefit, limit in sorted(limits.per_benefit_and_account.items()):
        wanted = Counter[str]()
        for each in bundle.components:
            goes_to = accounts.get(recipient_name(each))
            if each.benefit == benefit and goes_to is not None:
                wanted[goes_to] += document.quantity * each.quantity * releases[each.id]
        for account, asked in sorted(wanted.items()):
            had = await _units_had(session, (*counted, _is_for(account)), benefit)
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

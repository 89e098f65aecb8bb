"""What is held for orders that are not paid yet, as purchase limits count it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.contracts.purchase import Purchase
from storage.tables import HoldToken


@dataclass(frozen=True)
class Held:
    """The holds of a buyer, and those for his accounts."""

    rows: Sequence[HoldToken]

    def bundles(self, bundle: str, buyer: str) -> int:
        """How many of a bundle a buyer has on hold."""
        return sum(
            each.quantity for each in self.rows if each.bundle_id == bundle and each.buyer_index == buyer
        )

    def bundles_to(self, bundle: str, account: str) -> int:
        """How many of a bundle are on hold of which something goes to an account."""
        of_it = [each for each in self.rows if each.bundle_id == bundle and account in each.accounts]
        return sum(each.quantity for each in of_it)

    def units(self, benefit: str, buyer: str) -> int:
        """How many units of a benefit a buyer has on hold."""
        return sum(each.units.get(benefit, 0) for each in self.rows if each.buyer_index == buyer)

    def units_to(self, benefit: str, account: str) -> int:
        """How many units of a benefit are on hold for an account."""
        return sum(each.units_to.get(account, {}).get(benefit, 0) for each in self.rows)


def still_held() -> tuple[ColumnElement[bool], ...]:
    """Which holds keep anything: neither redeemed nor freed, nor over."""
    return (
        HoldToken.freed_at.is_(None),
        HoldToken.order_id.is_(None),
        HoldToken.expires_at > func.now(),
    )


async def held_beside(session: AsyncSession, wanted: Purchase, channel: str | None) -> Held:
    """What is on hold for the same buyer or the same accounts, in a channel or in all."""
    his = or_(
        HoldToken.buyer_index == wanted.buyer,
        HoldToken.accounts.overlap(sorted(set(wanted.accounts.values()))),
    )
    rows = select(HoldToken).where(*still_held(), his, HoldToken.id != (wanted.hold or ""))
    in_one = HoldToken.livemode.is_(wanted.livemode) if channel is None else HoldToken.channel == channel
    rows = rows.where(in_one)
    return Held(list(await session.scalars(rows)))

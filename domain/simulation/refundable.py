"""What a buyer can get back at most, and when: before anything is delivered, and once everything is."""

from dataclasses import dataclass

from domain.contract.bundle import Bundle, Reversibility
from domain.contract.catalogue import Catalogue
from domain.money import Money
from domain.planning.plan import component_shares
from domain.planning.policy import may_be_undone


@dataclass(frozen=True)
class RefundableShare:
    """One component's part of the price, and whether it can be paid back after it was delivered."""

    component: str
    share: Money
    reversibility: Reversibility
    undone_by_policy: bool
    """The policy may take it back by itself, when another part fails."""

    @property
    def when_delivered(self) -> Money:
        """What can still be paid back for it once it was delivered."""
        kept = self.reversibility is Reversibility.IRREVERSIBLE
        return Money(amount=0, currency=self.share.currency) if kept else self.share


@dataclass(frozen=True)
class Refundable:
    """The shares of one bundle. `before` is the whole price, `after` what is left once all is delivered."""

    shares: tuple[RefundableShare, ...]
    before: Money
    after: Money


def refundable(bundle: Bundle, catalogue: Catalogue) -> Refundable:
    """What one bundle's price can be paid back of. The catalogue must have every benefit of it."""
    amounts = component_shares(bundle, catalogue, 1)
    shares = tuple(
        RefundableShare(
            component=component.id,
            share=Money(amount=amount, currency=bundle.price.currency),
            reversibility=component.reversibility,
            undone_by_policy=may_be_undone(bundle, component),
        )
        for component, amount in zip(bundle.components, amounts, strict=True)
    )
    left = sum(share.when_delivered.amount for share in shares)
    return Refundable(
        shares=shares,
        before=Money(amount=bundle.price.amount, currency=bundle.price.currency),
        after=Money(amount=left, currency=bundle.price.currency),
    )

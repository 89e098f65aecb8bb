"""What an order would buy, as purchase limits count it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from domain.contract.bundle import Bundle, recipient_name
from domain.contract.order import OrderDocument


@dataclass(frozen=True)
class Purchase:
    """One order that is asked for. Buyer and accounts are blind indexes, accounts by their names."""

    document: OrderDocument
    bundle: Bundle
    buyer: str
    accounts: Mapping[str, str]
    releases: Mapping[str, int]
    """How many each component has."""
    livemode: bool
    hold: str | None = None
    """The hold that it redeems or replaces, which does not count beside it."""

    @property
    def is_limited(self) -> bool:
        """Whether anything of it is limited."""
        of = self.bundle.limits
        by_number = of.per_buyer is not None or of.per_account is not None
        return by_number or bool(of.per_benefit) or bool(of.per_benefit_and_account)

    @property
    def units(self) -> Mapping[str, int]:
        """How many units of each benefit."""
        counted = Counter[str]()
        for each in self.bundle.components:
            counted[each.benefit] += self._units_of(each.id, each.quantity)
        return counted

    @property
    def units_to(self) -> Mapping[str, Mapping[str, int]]:
        """How many units of each benefit go to each account that is named."""
        counted: dict[str, Counter[str]] = {account: Counter() for account in self.accounts.values()}
        for each in self.bundle.components:
            account = self.accounts.get(recipient_name(each))
            if account is not None:
                counted[account][each.benefit] += self._units_of(each.id, each.quantity)
        return counted

    def _units_of(self, component: str, quantity: int) -> int:
        return self.document.quantity * quantity * self.releases[component]

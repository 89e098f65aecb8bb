"""What a bundle can contradict beyond its own shape. Every problem names a field and a way out."""

from collections.abc import Iterator

from domain.contract.bundle import Bundle, Component, PerPlatform, recipient_name
from domain.contract.catalogue import AccountType, Benefit, Catalogue
from domain.planning.offers import is_large_enough, is_within, usable_offers
from domain.validation.policy import check_policy
from domain.validation.problems import Location, Problem
from domain.validation.releases import check_releases


def check_bundle(bundle: Bundle, catalogue: Catalogue) -> list[Problem]:
    """Everything that keeps this bundle from being published over this catalogue."""
    return [
        *_check_prices(bundle),
        *_check_components(bundle, catalogue),
        *_check_recipients(bundle, catalogue),
        *_check_limits(bundle, catalogue),
        *check_policy(bundle),
        *check_releases(bundle, catalogue),
    ]


def _check_prices(bundle: Bundle) -> Iterator[Problem]:
    if bundle.price.amount <= 0:
        yield Problem(("price", "amount"), "must be greater than zero")
    shares = [c.share for c in bundle.components]
    given = [s for s in shares if s is not None]
    if given and len(given) < len(shares):
        index = shares.index(None)
        yield Problem(("components", index, "share"), "missing: give a share to every component, or to none")
    if given and len(given) == len(shares):
        total = sum(s.amount for s in given)
        if total != bundle.price.amount:
            difference = bundle.price.amount - total
            yield Problem(
                ("components",),
                f"shares sum to {total}, the price is {bundle.price.amount}: "
                f"{'add' if difference > 0 else 'remove'} {abs(difference)}",
            )


def _check_components(bundle: Bundle, catalogue: Catalogue) -> Iterator[Problem]:
    seen: set[str] = set()
    weights: list[int] = []
    for index, component in enumerate(bundle.components):
        at: Location = ("components", index)
        if component.id in seen:
            yield Problem((*at, "id"), f"{component.id} is used twice; component ids are unique in a bundle")
        seen.add(component.id)
        benefit = catalogue.benefit(component.benefit)
        if benefit is None:
            yield Problem(
                (*at, "benefit"), f"the catalogue has no benefit {component.benefit}; add it or correct it"
            )
            continue
        weights.append((component.stand_alone or benefit.stand_alone).amount * component.quantity)
        yield from _check_component_money(bundle, component, benefit, at)
    all_known = len(weights) == len(bundle.components)
    if all_known and sum(weights) == 0 and all(c.share is None for c in bundle.components):
        yield Problem(
            ("components",), "all stand-alone prices are zero, so the price cannot be allocated; give shares"
        )


def _check_component_money(
    bundle: Bundle, component: Component, benefit: Benefit, at: Location
) -> Iterator[Problem]:
    for name in ("stand_alone", "share", "max_cost"):
        money = getattr(component, name)
        if money is None:
            continue
        if money.currency != bundle.price.currency:
            yield Problem((*at, name, "currency"), f"must be the price's currency {bundle.price.currency}")
        if money.amount < 0:
            yield Problem((*at, name, "amount"), "must not be negative")
    if component.stand_alone is None and benefit.stand_alone.currency != bundle.price.currency:
        yield Problem(
            (*at, "stand_alone"),
            f"benefit {benefit.id} is priced in {benefit.stand_alone.currency}; "
            f"give its stand-alone price in {bundle.price.currency}",
        )
    within = [o for o in benefit.offers if is_within(component, o)]
    large = [o for o in within if is_large_enough(o, component.quantity)]
    if not within:
        yield Problem(
            (*at, "max_cost"), f"every offer of {benefit.id} costs more or is in another currency; raise it"
        )
    elif not large:
        yield Problem((*at, "quantity"), f"no offer of {benefit.id} sells so many units in one purchase")
    elif not usable_offers(bundle, component, benefit, component.quantity):
        yield Problem(
            (*at, "reversibility"),
            f"the policy may have to take it back, and no offer of {benefit.id} can be: "
            "say irreversible, or give the benefit an offer that is revocable",
        )
    if isinstance(component.recipient, PerPlatform) and benefit.account is AccountType.NONE:
        yield Problem((*at, "recipient"), f"benefit {benefit.id} needs no account; remove the recipient rule")


def _check_recipients(bundle: Bundle, catalogue: Catalogue) -> Iterator[Problem]:
    """One account name holds one type of account."""
    types: dict[str, AccountType] = {}
    for index, component in enumerate(bundle.components):
        benefit = catalogue.benefit(component.benefit)
        if benefit is None or benefit.account is AccountType.NONE:
            continue
        name = recipient_name(component)
        first = types.setdefault(name, benefit.account)
        if first is not benefit.account:
            yield Problem(
                ("components", index, "recipient"),
                f"needs {with_article(benefit.account)}, but `{name}` is {with_article(first)} "
                "for another component; give this one a platform of its own",
            )


def _check_limits(bundle: Bundle, catalogue: Catalogue) -> Iterator[Problem]:
    benefits, limits = {c.benefit for c in bundle.components}, bundle.limits
    for name in ("per_benefit", "per_benefit_and_account"):
        for benefit in getattr(limits, name):
            if benefit not in benefits:
                yield Problem(("limits", name, benefit), f"no component delivers {benefit}; remove it")
    for benefit in limits.per_benefit_and_account:
        known = catalogue.benefit(benefit)
        if benefit in benefits and known is not None and known.account is AccountType.NONE:
            where = ("limits", "per_benefit_and_account", benefit)
            yield Problem(where, f"{benefit} goes to no account; count it with per_benefit")


def with_article(account: AccountType) -> str:
    """`a phone`, `an email`."""
    return f"{'a' if account is AccountType.PHONE else 'an'} {account}"

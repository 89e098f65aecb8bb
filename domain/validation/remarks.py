"""What in a valid bundle its composer may not have meant: releases worth nothing, moments that are past."""

from collections.abc import Iterator
from datetime import datetime

from domain.contract.bundle import Bundle, Component
from domain.contract.calendar import instant_of
from domain.contract.catalogue import Catalogue
from domain.contract.release import Otherwise
from domain.planning.offers import usable_offers
from domain.planning.plan import component_shares, with_prices
from domain.planning.policy import must_come_whole
from domain.validation.problems import Location, Problem


def remarks(bundle: Bundle, catalogue: Catalogue, now: datetime) -> list[Problem]:
    """What to tell of a valid bundle at `now` (UTC-aware); it can be published all the same."""
    found = [*_never_placed(bundle, catalogue), *_never_reached(bundle)]
    shares = component_shares(bundle, catalogue, 1)
    for index, (component, share) in enumerate(
        zip(with_prices(bundle, catalogue).components, shares, strict=True)
    ):
        at: Location = ("components", index, "release")
        found += _worth_nothing(component, share, at)
        found += _of_time(component, bundle, now, at)
    return found


def _never_placed(bundle: Bundle, catalogue: Catalogue) -> Iterator[Problem]:
    """A limit may allow more than one order can have, where a component must come in one purchase."""
    limits = {"per_buyer": bundle.limits.per_buyer, "per_account": bundle.limits.per_account}
    for component in bundle.components:
        most = _most_at_once(bundle, component, catalogue)
        for name, limit in limits.items():
            if most is not None and limit is not None and limit > most:
                message = (
                    f"allows {limit}, but an order of more than {most} is refused: suppliers sell no more of "
                    f"{component.id} in one purchase, and the policy could not take one of several back; "
                    f"make {component.id} reversible, relax the policy, or allow {most}"
                )
                yield Problem(("limits", name), message)


def _most_at_once(bundle: Bundle, component: Component, catalogue: Catalogue) -> int | None:
    """The largest quantity of an order with which this component is one purchase; None where all are."""
    benefit = catalogue.benefit(component.benefit)
    if benefit is None or not must_come_whole(bundle, component):
        return None
    offers = [benefit.offers[i] for i in usable_offers(bundle, component, benefit, component.quantity)]
    sizes = [each.max_units for each in offers if each.max_units is not None]
    return max(sizes) // component.quantity if sizes and len(sizes) == len(offers) else None


def _never_reached(bundle: Bundle) -> Iterator[Problem]:
    """A limit of what is in a bundle may keep anybody from having as many bundles as theirs allows."""
    buyers = bundle.limits.per_buyer or 1
    for benefit, limit in bundle.limits.per_benefit.items():
        parts = [each for each in bundle.components if each.benefit == benefit]
        needed = buyers * sum(each.quantity * (each.rule.count or 1) for each in parts)
        if needed > limit:
            message = f"allows {limit}, but {needed} come with {buyers} of the bundle; allow {needed}"
            way_out = " or fewer bundles per buyer" if buyers > 1 else ""
            yield Problem(("limits", "per_benefit", benefit), message + way_out)


def _worth_nothing(component: Component, share: int, at: Location) -> Iterator[Problem]:
    """A gift has no price, and is none of these; but a part of the price can be less than a cent for each."""
    releases = component.rule.count
    weight = component.share or component.stand_alone
    if releases is not None and share < releases and weight is not None and weight.amount:
        which = "it" if releases == 1 else f"{releases - share} of its {releases} releases"
        message = f"there is no part of the price for {which}, so that nothing is paid back"
        yield Problem(at, f"{message}; give fewer releases or a higher price")


def _of_time(component: Component, bundle: Bundle, now: datetime, at: Location) -> Iterator[Problem]:
    rule, zone = component.rule, bundle.zone
    if isinstance(rule.at, datetime) and instant_of(rule.at, zone) <= now:
        yield Problem((*at, "at"), "is past already, so that it means the moment of the order")
    over = isinstance(rule.by, datetime) and instant_of(rule.by, zone) <= now
    if over and rule.otherwise is Otherwise.RELEASE:
        yield Problem((*at, "by"), "is past already, so that nothing is waited for; give a later deadline")

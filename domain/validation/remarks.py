"""What in a valid bundle its composer may not have meant: releases worth nothing, moments that are past."""

from collections.abc import Iterator
from datetime import datetime

from domain.contract.bundle import Bundle, Component
from domain.contract.calendar import instant_of
from domain.contract.catalogue import Catalogue
from domain.contract.release import Otherwise
from domain.planning.plan import component_shares, with_prices
from domain.validation.problems import Location, Problem


def remarks(bundle: Bundle, catalogue: Catalogue, now: datetime) -> list[Problem]:
    """What to tell of a valid bundle at `now` (UTC-aware); it can be published all the same."""
    found: list[Problem] = []
    shares = component_shares(bundle, catalogue, 1)
    for index, (component, share) in enumerate(
        zip(with_prices(bundle, catalogue).components, shares, strict=True)
    ):
        at: Location = ("components", index, "release")
        found += _worth_nothing(component, share, at)
        found += _of_time(component, bundle, now, at)
    return found


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

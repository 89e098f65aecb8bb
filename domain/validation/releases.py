"""What in release rules and claims cannot be kept: schedules without an end, deadlines too early."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from domain.contract.bounds import A_YEAR, Earliest, is_past, start
from domain.contract.bundle import AttributeType, Bundle, Component
from domain.contract.calendar import instants
from domain.contract.catalogue import AccountType, Catalogue
from domain.contract.document import LONGEST
from domain.contract.moments import YearlyDay
from domain.contract.release import MOST_DELIVERIES, Otherwise, Release
from domain.validation.conditions import check_conditions, edges
from domain.validation.problems import Location, Problem
from domain.validation.recurrence import wrong_with_rule
from domain.validation.sense import check_sense

_AN_ORDER = datetime(2028, 2, 23, tzinfo=UTC)


def check_releases(bundle: Bundle, catalogue: Catalogue) -> list[Problem]:
    """Everything that keeps the release rules of this bundle from being kept."""
    conditions = list(check_conditions(bundle))
    problems = list(conditions)
    for index, component in enumerate(bundle.components):
        at: Location = ("components", index)
        problems += _check_start(component.rule, bundle, (*at, "release"))
        schedule = list(_check_schedule(component.rule, bundle, (*at, "release")))
        problems += schedule or _check_share(component, at)
        problems += _check_waiting(component, (*at, "release"))
        problems += _check_claim(component, catalogue, at)
        if not conditions:
            problems += check_sense(component, (*at, "release", "when"))
            problems += _check_deadline(component, bundle, (*at, "release", "by"))
    total = sum(c.rule.count or 1 for c in bundle.components)
    if total > MOST_DELIVERIES:
        message = f"one order would make {total} deliveries, more than {MOST_DELIVERIES}; give fewer releases"
        problems.append(Problem(("components",), message))
    return problems


def _check_start(rule: Release, bundle: Bundle, at: Location) -> Iterator[Problem]:
    if not isinstance(rule.at, YearlyDay):
        return
    name = rule.at.attribute
    kind = bundle.attributes.get(name)
    if kind is not AttributeType.DATE:
        wrong = "the bundle has no such attribute" if kind is None else f"{name} is a {kind}"
        way_out = f"declare it under `attributes`: {{{name}: date}}"
        yield Problem((*at, "at", "attribute"), f"{wrong}; {way_out}")


def _check_schedule(rule: Release, bundle: Bundle, at: Location) -> Iterator[Problem]:
    """A schedule has an end, within bounds, for every order."""
    if rule.every is not None and instants(rule, _AN_ORDER, bundle.zone)[-1] - _AN_ORDER > LONGEST:
        message = f"the last one is more than {LONGEST.days} days after the first; give fewer"
        yield Problem((*at, "times"), message)
    if rule.rrule is not None:
        wrong = wrong_with_rule(rule, bundle.zone)
        if wrong is not None:
            yield Problem((*at, "rrule"), wrong)


def _check_share(component: Component, at: Location) -> Iterator[Problem]:
    if "UNTIL" in component.rule.rule and component.share is None:
        message = (
            "missing: with UNTIL the number of releases depends on the order, so that what they sell for on "
            "their own does not tell their part of the price; give every component a share, or write COUNT"
        )
        yield Problem((*at, "share"), message)


def _check_waiting(component: Component, at: Location) -> Iterator[Problem]:
    rule = component.rule
    if rule.by is None or rule.when is not None:
        return
    if not component.needs:
        yield Problem((*at, "by"), "nothing is waited for; give `when` or `needs`, or remove it")
    elif rule.otherwise is Otherwise.RELEASE:
        yield Problem(
            (*at, "otherwise"),
            "what is needed must come first in any case: write refund, or write the need as a condition, "
            f'such as when: "delivered({component.needs[0]})"',
        )


def _check_deadline(component: Component, bundle: Bundle, at: Location) -> Iterator[Problem]:
    """A deadline leaves time for what it is the deadline of. Conditions must be free of problems."""
    rule, zone = component.rule, bundle.zone
    if _is_too_short_for_a_year(rule):
        yield Problem(at, _TOO_SHORT)
        return
    if is_past(rule.by, start(rule, zone), zone):
        yield Problem(at, "must be later than the earliest release; give a later deadline")
        return
    earliest = Earliest(bundle)
    if is_past(rule.by, earliest.opening(component), zone):
        awaited = edges(bundle)[component.id]
        late = [name for name in awaited if is_past(rule.by, earliest.release(name), zone)]
        names = ", ".join(late or awaited)
        yield Problem(at, f"must be later than what it waits for ({names}) can come; give a later deadline")


_TOO_SHORT = (
    f"must be P{A_YEAR.days}D or longer: the day of the year may be that far away, and an order whose "
    "deadline is no later is refused"
)


def _is_too_short_for_a_year(rule: Release) -> bool:
    refunds = rule.otherwise is Otherwise.REFUND and isinstance(rule.at, YearlyDay)
    return refunds and isinstance(rule.by, timedelta) and rule.by < A_YEAR


def _check_claim(component: Component, catalogue: Catalogue, at: Location) -> Iterator[Problem]:
    claim = component.claim
    if claim is None:
        return
    benefit = catalogue.benefit(component.benefit)
    if benefit is not None and benefit.account is AccountType.NONE:
        yield Problem((*at, "claim"), f"benefit {benefit.id} needs no account; remove the claim rule")
    if not claim.within:
        yield Problem((*at, "claim", "within"), "must be longer than nothing, such as P30D")
    every = claim.remind_every
    if every is not None and not timedelta(0) < every < claim.within:
        yield Problem((*at, "claim", "remind_every"), "must be longer than nothing and shorter than `within`")

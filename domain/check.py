"""What a document can contradict beyond its own shape. Every problem names a field and a way out."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from domain.catalogue import AccountType, Benefit, BenefitKind, Catalogue
from domain.contract import After, Bundle, Component, PerPlatform
from domain.order import OrderDocument
from domain.policy import irreversible, needed, pivot_problem, required
from domain.problems import Location, Problem


def check_bundle(bundle: Bundle, catalogue: Catalogue) -> list[Problem]:
    """Everything that keeps this bundle from being published over this catalogue."""
    return [
        *_check_prices(bundle),
        *_check_components(bundle, catalogue),
        *_check_recipients(bundle, catalogue),
        *_check_limits(bundle),
        *_check_policy(bundle),
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
    if not usable_offers(component, benefit):
        yield Problem(
            (*at, "max_cost"), f"every offer of {benefit.id} costs more or is in another currency; raise it"
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
                f"needs {_with_article(benefit.account)}, but `{name}` is {_with_article(first)} "
                "for another component; give this one a platform of its own",
            )


def usable_offers(component: Component, benefit: Benefit) -> list[int]:
    """Indexes of the benefit's offers within the component's cost ceiling, in the order they are tried."""
    ceiling = component.max_cost
    fitting = [
        i
        for i, offer in enumerate(benefit.offers)
        if ceiling is None
        or (offer.cost.currency == ceiling.currency and offer.cost.amount <= ceiling.amount)
    ]
    return sorted(fitting, key=lambda i: (benefit.offers[i].priority, benefit.offers[i].cost.amount, i))


def _check_limits(bundle: Bundle) -> Iterator[Problem]:
    benefits = {c.benefit for c in bundle.components}
    for benefit in bundle.limits.per_benefit:
        if benefit not in benefits:
            yield Problem(("limits", "per_benefit", benefit), f"no component delivers {benefit}; remove it")


def _check_policy(bundle: Bundle) -> Iterator[Problem]:
    count = needed(bundle.policy, bundle.components)
    if count > len(bundle.components):
        yield Problem(
            ("policy", "at_least"), f"{count} is more than the {len(bundle.components)} components there are"
        )
        return
    must = required(bundle.policy, bundle.components)
    if bundle.policy == "core_must" and not must:
        yield Problem(("policy",), "core_must needs a component with role core; name one or use best_effort")
    index_of = {c.id: i for i, c in enumerate(bundle.components)}
    problem = pivot_problem(bundle)
    if problem:
        yield Problem(("components", index_of[problem[0]], "reversibility"), problem[1])
        return
    for component in irreversible(bundle.components):
        later = _waits_for(component, bundle)
        if later is not None:
            yield Problem(
                ("components", index_of[component.id], "release"),
                f"an irreversible component goes last, but {later.id} is released after it; "
                "release it no earlier than the others, or make it reversible",
            )


def _waits_for(component: Component, bundle: Bundle) -> Component | None:
    """A later released component that this irreversible one would have to wait for, if any."""
    must = required(bundle.policy, bundle.components)
    others = sorted((c for c in bundle.components if c is not component), key=_delay)
    count = needed(bundle.policy, bundle.components)
    awaited = [c for c in others if c.id in must] + others[: max(count - 1, 0)]
    return next((c for c in awaited if _delay(c) > _delay(component)), None)


def _delay(component: Component) -> float:
    return component.release.after.total_seconds() if isinstance(component.release, After) else 0.0


def check_catalogue(
    catalogue: Catalogue, connections: Collection[str], published: Iterable[Bundle], kinds: dict[str, str]
) -> list[Problem]:
    """Everything that keeps this catalogue from being published.

    `connections` are the configured supplier connections; `kinds` is what published bundles were sold with
    (benefit id to `sold_as`), which a catalogue may add to but not contradict.
    """
    problems: list[Problem] = []
    counts = Counter(b.id for b in catalogue.benefits)
    for index, benefit in enumerate(catalogue.benefits):
        at: Location = ("benefits", index)
        if counts[benefit.id] > 1:
            problems.append(Problem((*at, "id"), f"{benefit.id} is defined {counts[benefit.id]} times"))
        problems += _check_benefit(benefit, at, connections)
        if benefit.id in kinds and kinds[benefit.id] != sold_as(benefit):
            problems.append(
                Problem(
                    (*at, "kind"),
                    f"published bundles sold {benefit.id} as a {kinds[benefit.id]}; use a new benefit id",
                )
            )
    for bundle in published:
        for component in bundle.components:
            benefit_or_none = catalogue.benefit(component.benefit)
            name = f"{bundle.id} version {bundle.version}"
            if benefit_or_none is None:
                missing = f"{component.benefit} is missing, but published {name} contains it"
                problems.append(Problem(("benefits",), missing))
            elif not usable_offers(component, benefit_or_none):
                at = ("benefits", catalogue.benefits.index(benefit_or_none), "offers")
                problems.append(Problem(at, f"no offer is within the cost ceiling that published {name} has"))
    return problems


def sold_as(benefit: Benefit) -> str:
    """What a buyer of this benefit gets, in words: it must stay so while published bundles contain it."""
    return f"{benefit.kind} to {benefit.account}" if benefit.account is not AccountType.NONE else benefit.kind


def _check_benefit(benefit: Benefit, at: Location, connections: Collection[str]) -> Iterator[Problem]:
    if benefit.stand_alone.amount < 0:
        yield Problem((*at, "stand_alone", "amount"), "must not be negative")
    if benefit.kind is BenefitKind.RECHARGE and benefit.account in (AccountType.NONE, AccountType.ADDRESS):
        yield Problem((*at, "account"), "a recharge goes to an account: phone, email or account")
    if benefit.kind is BenefitKind.SHIPMENT and benefit.account is not AccountType.ADDRESS:
        yield Problem((*at, "account"), "a shipment goes to an address")
    if benefit.shared_credential and benefit.kind is not BenefitKind.LINK:
        yield Problem((*at, "shared_credential"), "only a link can be shared; keys are single-use")
    for number, offer in enumerate(benefit.offers):
        first = benefit.offers[0].cost.currency
        if offer.cost.currency != first:
            yield Problem(
                (*at, "offers", number, "cost", "currency"),
                f"offers of one benefit are compared by cost, so all are in one currency, here {first}",
            )
        if offer.connection not in connections:
            known = ", ".join(sorted(connections)) or "none"
            yield Problem(
                (*at, "offers", number, "connection"),
                f"there is no connection {offer.connection}; configured are: {known}",
            )
        if offer.cost.amount < 0:
            yield Problem((*at, "offers", number, "cost", "amount"), "must not be negative")


def check_order(order: OrderDocument, bundle: Bundle, benefits: Catalogue) -> list[Problem]:
    """Everything that keeps this order document from being placed for this bundle version."""
    problems: list[Problem] = []
    price = bundle.price.times(order.quantity)
    if order.paid != price:
        problems.append(Problem(("paid",), f"must be {price}, the price of {order.quantity} x {bundle.id}"))
    wanted: set[str] = set()
    for component in bundle.components:
        benefit = benefits.benefit(component.benefit)
        if benefit is None or benefit.account is AccountType.NONE:
            continue
        name = recipient_name(component)
        wanted.add(name)
        recipient = order.recipients.get(name)
        if recipient is None:
            missing = f"missing: component {component.id} goes to {_with_article(benefit.account)}"
            problems.append(Problem(("recipients", name), missing))
        elif recipient.type is not benefit.account:
            wanted_type, given = _with_article(benefit.account), _with_article(recipient.type)
            message = f"component {component.id} goes to {wanted_type}, not {given}"
            problems.append(Problem(("recipients", name, "type"), message))
    for name in order.recipients:
        if name not in wanted:
            problems.append(Problem(("recipients", name), "no component of the bundle uses it; remove it"))
    return problems


def recipient_name(component: Component) -> str:
    """Under which name the order's `recipients` hold this component's account."""
    return component.recipient.platform if isinstance(component.recipient, PerPlatform) else "shared"


def _with_article(account: AccountType) -> str:
    return f"{'a' if account is AccountType.PHONE else 'an'} {account}"

"""What a catalogue can contradict: itself, the connections there are, and what was sold already."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from domain.contract.bundle import Bundle
from domain.contract.catalogue import AccountType, Benefit, BenefitKind, Catalogue, TermsOf
from domain.planning.offers import usable_offers
from domain.validation.problems import Location, Problem


def check_catalogue(
    catalogue: Catalogue,
    connections: Collection[str],
    published: Iterable[Bundle],
    kinds: dict[str, str],
    terms: TermsOf,
) -> list[Problem]:
    """Everything that keeps this catalogue from being published.

    `connections` are the live supplier connections; `terms` tells of those and of their sandboxes. `kinds` is
    what published bundles were sold with (benefit id to `sold_as`), which a catalogue may add to but not
    contradict.
    """
    problems: list[Problem] = []
    counts = Counter(b.id for b in catalogue.benefits)
    for index, benefit in enumerate(catalogue.benefits):
        at: Location = ("benefits", index)
        if counts[benefit.id] > 1:
            problems.append(Problem((*at, "id"), f"{benefit.id} is defined {counts[benefit.id]} times"))
        problems += _check_benefit(benefit, at, connections, terms)
        if benefit.id in kinds and kinds[benefit.id] != sold_as(benefit):
            problems.append(
                Problem(
                    (*at, "kind"),
                    f"published bundles sold {benefit.id} as a {kinds[benefit.id]}; use a new benefit id",
                )
            )
    problems += _two_kinds_of_one_product(catalogue)
    for bundle in published:
        for component in bundle.components:
            benefit_or_none = catalogue.benefit(component.benefit)
            name = f"{bundle.id} version {bundle.version}"
            if benefit_or_none is None:
                missing = f"{component.benefit} is missing, but published {name} contains it"
                problems.append(Problem(("benefits",), missing))
            elif not usable_offers(bundle, component, benefit_or_none, component.quantity):
                at = ("benefits", catalogue.benefits.index(benefit_or_none), "offers")
                problems.append(Problem(at, f"no offer fits what published {name} promises"))
    return problems


def sold_as(benefit: Benefit) -> str:
    """What a buyer of this benefit gets, in words: it must stay so while published bundles contain it."""
    return f"{benefit.kind} to {benefit.account}" if benefit.account is not AccountType.NONE else benefit.kind


def _two_kinds_of_one_product(catalogue: Catalogue) -> Iterator[Problem]:
    """A product gives one kind of unit, whichever benefit it serves."""
    first: dict[tuple[str, str, tuple[tuple[str, str], ...]], Benefit] = {}
    for index, benefit in enumerate(catalogue.benefits):
        for number, offer in enumerate(benefit.offers):
            product = (offer.connection, offer.product, tuple(sorted(offer.options.items())))
            other = first.setdefault(product, benefit)
            if other.kind != benefit.kind:
                yield Problem(
                    ("benefits", index, "offers", number, "product"),
                    f"{offer.connection} {offer.product} serves {other.id} as a {other.kind}, so it gives "
                    f"no {benefit.kind}",
                )


def _check_benefit(
    benefit: Benefit, at: Location, connections: Collection[str], terms: TermsOf
) -> Iterator[Problem]:
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
        told = terms(offer)
        if told is not None and told.sandbox_of is not None:
            yield Problem(
                (*at, "offers", number, "connection"),
                f"{offer.connection} is a sandbox, and offers name live connections: write "
                f"{told.sandbox_of}; an order of a test channel finds the sandbox of that by itself",
            )
        elif offer.connection not in connections:
            known = ", ".join(sorted(connections)) or "none"
            yield Problem(
                (*at, "offers", number, "connection"),
                f"there is no connection {offer.connection}; configured are: {known}",
            )
        if offer.cost.amount < 0:
            yield Problem((*at, "offers", number, "cost", "amount"), "must not be negative")
        if told is not None and benefit.kind not in told.kinds:
            gives = ", ".join(sorted(told.kinds))
            yield Problem(
                (*at, "offers", number),
                f"{benefit.id} is a {benefit.kind}, and {offer.connection} sells this only as: {gives}",
            )
        if told is not None and told.currency != offer.cost.currency:
            yield Problem(
                (*at, "offers", number, "cost", "currency"), f"{offer.connection} sells in {told.currency}"
            )
        if told is not None and offer.revocable and not told.revocable:
            yield Problem(
                (*at, "offers", number, "revocable"), f"{offer.connection} takes nothing back: write false"
            )
        if told is not None and told.single_unit and offer.max_units != 1:
            yield Problem(
                (*at, "offers", number, "max_units"), f"{offer.connection} sells this one at a time: write 1"
            )

"""What keeps a catalogue from being published."""

from collections.abc import Iterable

import pytest

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Benefit, BenefitKind, Catalogue, Offer, OfferTerms
from domain.validation.catalogue import check_catalogue, sold_as
from tests.unit.builders import benefit, bundle, catalogue, cny, component, no_terms, offer, usd


def told(
    shelf: Catalogue,
    connections: Iterable[str] = ("alpha",),
    published: Iterable[Bundle] = (),
    kinds: dict[str, str] | None = None,
) -> list[tuple[str, str]]:
    """Each problem's field and sentence."""
    problems = check_catalogue(shelf, list(connections), published, kinds or {}, no_terms)
    return [(p.field, p.message) for p in problems]


def test_a_sound_catalogue_has_no_problem() -> None:
    shelf = catalogue(
        benefit("video", stand_alone=cny(0), offers=[offer(cost=cny(0))]),
        benefit("phone", kind="recharge", account="phone", offers=[offer(product="2")]),
        benefit("coupon", kind="link", shared_credential=True, offers=[offer(product="3")]),
        benefit("gift", kind="shipment", account="address", offers=[offer(product="4")]),
    )
    sold = [bundle(component("video", max_cost=cny(0)), component("phone"))]
    assert told(shelf, published=sold, kinds={"video": "key", "phone": "recharge to phone"}) == []


def test_a_benefit_is_defined_once() -> None:
    shelf = catalogue(benefit("video"), benefit("music"), benefit("video"), benefit("video"))
    assert told(shelf) == [
        ("benefits[0].id", "video is defined 3 times"),
        ("benefits[2].id", "video is defined 3 times"),
        ("benefits[3].id", "video is defined 3 times"),
    ]


def test_a_stand_alone_price_is_not_negative() -> None:
    assert told(catalogue(benefit("a"), benefit("b", stand_alone=cny(-1)))) == [
        ("benefits[1].stand_alone.amount", "must not be negative")
    ]


def test_a_recharge_goes_to_an_account() -> None:
    assert told(catalogue(benefit(kind="recharge"))) == [
        ("benefits[0].account", "a recharge goes to an account: phone, email or account")
    ]


def test_a_recharge_does_not_go_to_an_address() -> None:
    assert told(catalogue(benefit(kind="recharge", account="address"))) == [
        ("benefits[0].account", "a recharge goes to an account: phone, email or account")
    ]


@pytest.mark.parametrize("account", ["none", "phone", "email", "account"])
def test_a_shipment_goes_to_an_address(account: str) -> None:
    assert told(catalogue(benefit(kind="shipment", account=account))) == [
        ("benefits[0].account", "a shipment goes to an address")
    ]


@pytest.mark.parametrize(
    ("kind", "account"), [("key", "none"), ("recharge", "phone"), ("shipment", "address")]
)
def test_only_a_link_is_shared(kind: str, account: str) -> None:
    assert told(catalogue(benefit(kind=kind, account=account, shared_credential=True))) == [
        ("benefits[0].shared_credential", "only a link can be shared; keys are single-use")
    ]


def test_an_offer_names_a_configured_connection() -> None:
    shelf = catalogue(benefit(offers=[offer("beta"), offer("gamma")]))
    assert told(shelf, ["delta", "beta"]) == [
        ("benefits[0].offers[1].connection", "there is no connection gamma; configured are: beta, delta")
    ]
    assert told(shelf, ["gamma", "beta"]) == []


def test_without_any_connection_the_sentence_says_so() -> None:
    assert told(catalogue(), []) == [
        ("benefits[0].offers[0].connection", "there is no connection alpha; configured are: none")
    ]


def test_an_offer_costs_nothing_negative() -> None:
    assert told(catalogue(benefit(offers=[offer(), offer(cost=cny(-1))]))) == [
        ("benefits[0].offers[1].cost.amount", "must not be negative")
    ]


def test_offers_of_one_benefit_are_in_one_currency() -> None:
    sentence = "offers of one benefit are compared by cost, so all are in one currency, here USD"
    shelf = catalogue(benefit("a"), benefit("b", offers=[offer(cost=usd(1)), offer(), offer(cost=usd(2))]))
    assert told(shelf) == [("benefits[1].offers[1].cost.currency", sentence)]


@pytest.mark.parametrize(
    ("changed", "was"),
    [
        (benefit(kind="link"), "key"),
        (benefit(account="phone"), "key"),
        (benefit(kind="recharge", account="email"), "recharge to phone"),
    ],
)
def test_a_benefit_stays_what_published_bundles_sold_it_as(changed: Benefit, was: str) -> None:
    assert told(catalogue(changed), kinds={"video": was}) == [
        ("benefits[0].kind", f"published bundles sold video as a {was}; use a new benefit id")
    ]


def test_what_a_benefit_is_sold_as_is_its_kind_and_account() -> None:
    assert sold_as(benefit()) == "key"
    assert sold_as(benefit(kind="recharge", account="phone")) == "recharge to phone"


def test_a_benefit_of_a_published_bundle_stays_in_the_catalogue() -> None:
    sold = bundle(component("music"), component("video"), version=3)
    assert told(catalogue(), published=[sold]) == [
        ("benefits", "music is missing, but published duo version 3 contains it")
    ]


def test_a_published_cost_ceiling_keeps_an_offer() -> None:
    shelf = catalogue(benefit("music"), benefit("video", offers=[offer(cost=cny(101))]))
    published = [bundle(component(max_cost=cny(100))), bundle(component(max_cost=cny(101)), version=2)]
    assert told(shelf, published=published) == [
        ("benefits[1].offers", "no offer fits what published duo version 1 promises")
    ]


def test_an_offer_is_in_its_suppliers_currency_and_no_larger_than_it_sells() -> None:
    def terms(offer: Offer) -> OfferTerms:
        phone = offer.options.get("method") == "mobile"
        return OfferTerms("CNY", revocable=not phone, single_unit=phone, kinds=frozenset(BenefitKind))

    phone = offer(options={"method": "mobile"}, priority=2)
    shelf = catalogue(benefit(offers=[offer(cost=usd(100))]), benefit("phone", offers=[phone]))
    problems = check_catalogue(shelf, ["alpha"], [], {}, terms)
    assert [(p.field, p.message) for p in problems] == [
        ("benefits[0].offers[0].cost.currency", "alpha sells in CNY"),
        ("benefits[1].offers[0].revocable", "alpha takes nothing back: write false"),
        ("benefits[1].offers[0].max_units", "alpha sells this one at a time: write 1"),
    ]


def test_an_offer_names_a_live_connection() -> None:
    def terms(offer: Offer) -> OfferTerms:
        of = "alpha" if offer.connection == "alpha-test" else None
        kinds = frozenset(BenefitKind)
        return OfferTerms("CNY", revocable=True, single_unit=False, kinds=kinds, sandbox_of=of)

    shelf = catalogue(benefit(offers=[offer(), offer("alpha-test")]))
    problems = check_catalogue(shelf, ["alpha"], [], {}, terms)
    assert [(p.field, p.message) for p in problems] == [
        (
            "benefits[0].offers[1].connection",
            "alpha-test is a sandbox, and offers name live connections: write alpha; an order of a test "
            "channel finds the sandbox of that by itself",
        )
    ]


def test_a_benefit_is_of_a_kind_that_its_offer_can_give() -> None:
    def terms(offer: Offer) -> OfferTerms:
        kinds = frozenset({BenefitKind.KEY, BenefitKind.LINK})
        return OfferTerms("CNY", revocable=True, single_unit=False, kinds=kinds)

    phone = benefit("phone", kind="recharge", account="phone", offers=[offer("beta"), offer()])
    problems = check_catalogue(catalogue(benefit("video"), phone), ["alpha", "beta"], [], {}, terms)
    assert [(p.field, p.message) for p in problems if p.field.startswith("benefits[1].offers[0]")] == [
        ("benefits[1].offers[0]", "phone is a recharge, and beta sells this only as: key, link")
    ]


def test_a_product_gives_one_kind_of_unit_whichever_benefit_it_serves() -> None:
    shelf = catalogue(
        benefit("video", offers=[offer("beta", product="7"), offer(product="8")]),
        benefit("coupon", kind="link", offers=[offer(product="7"), offer(product="8")]),
        benefit("phone", kind="recharge", account="phone", offers=[offer(product="8", options={"a": "b"})]),
    )
    assert told(shelf, ["alpha", "beta"]) == [
        ("benefits[1].offers[1].product", "alpha 8 serves video as a key, so it gives no link")
    ]

"""What keeps a bundle from being published: each problem names its field and a way out."""

import pytest

from domain.contract.bundle import Bundle
from domain.validation.bundle import check_bundle
from domain.validation.problems import Problem
from tests.unit.builders import after, benefit, bundle, catalogue, cny, component, offer, usd

SHELF = catalogue(
    benefit("video"),
    benefit("music"),
    benefit("phone", kind="recharge", account="phone"),
    benefit("mail", account="email"),
    benefit("dollar", stand_alone=usd(500)),
    benefit("free", stand_alone=cny(0)),
)
TOO_DEAR = "every offer of video costs more or is in another currency; raise it"


def told(contract: Bundle) -> list[tuple[str, str]]:
    """Each problem's field and sentence."""
    return [(p.field, p.message) for p in check_bundle(contract, SHELF)]


def test_a_sound_bundle_has_no_problem() -> None:
    sound = bundle(
        component("video", stand_alone=cny(0), max_cost=cny(100)),
        component("phone", recipient={"platform": "mobile"}),
        component("mail", release=after(days=1)),
        policy="best_effort",
        limits={"per_benefit": {"phone": 2}},
    )
    assert told(sound) == []


@pytest.mark.parametrize("amount", [0, -1])
def test_a_price_is_greater_than_zero(amount: int) -> None:
    assert told(bundle(price=cny(amount))) == [("price.amount", "must be greater than zero")]


def test_a_share_is_given_to_every_component_or_to_none() -> None:
    assert told(bundle(component("video", share=cny(9900)), component("music"))) == [
        ("components[1].share", "missing: give a share to every component, or to none")
    ]


@pytest.mark.parametrize(("share", "way_out"), [(9800, "add 100"), (9901, "remove 1")])
def test_shares_sum_to_the_price(share: int, way_out: str) -> None:
    assert told(bundle(component(share=cny(share)))) == [
        ("components", f"shares sum to {share}, the price is 9900: {way_out}")
    ]
    assert told(bundle(component(share=cny(9900)))) == []


def test_component_ids_are_unique() -> None:
    twice = bundle(component("video"), component("music", id="video"))
    assert told(twice) == [("components[1].id", "video is used twice; component ids are unique in a bundle")]


def test_a_benefit_is_in_the_catalogue() -> None:
    assert told(bundle(component("video"), component("opera"))) == [
        ("components[1].benefit", "the catalogue has no benefit opera; add it or correct it")
    ]


def test_a_benefit_that_is_missing_is_one_problem() -> None:
    assert told(bundle(component("opera"))) == [
        ("components[0].benefit", "the catalogue has no benefit opera; add it or correct it")
    ]


def test_stand_alone_prices_are_not_all_zero() -> None:
    zero = "all stand-alone prices are zero, so the price cannot be allocated; give shares"
    assert told(bundle(component("free"))) == [("components", zero)]
    assert told(bundle(component("video", stand_alone=cny(0)))) == [("components", zero)]
    assert told(bundle(component("free"), component("video"))) == []
    assert told(bundle(component("free", share=cny(9900)))) == []


@pytest.mark.parametrize("name", ["stand_alone", "share", "max_cost"])
def test_money_of_a_component_is_in_the_prices_currency(name: str) -> None:
    assert told(bundle(component("video", **{name: usd(9900)}))) == [
        (f"components[0].{name}.currency", "must be the price's currency CNY"),
        *([("components[0].max_cost", TOO_DEAR)] if name == "max_cost" else []),
    ]
    assert told(bundle(component("video", **{name: cny(9900)}))) == []


def test_a_negative_stand_alone_price_or_share_is_refused() -> None:
    assert told(bundle(component("video", stand_alone=cny(-1)))) == [
        ("components[0].stand_alone.amount", "must not be negative")
    ]
    shares = bundle(component("video", share=cny(9901)), component("music", share=cny(-1)))
    assert told(shares) == [("components[1].share.amount", "must not be negative")]


def test_a_negative_cost_ceiling_is_refused() -> None:
    assert told(bundle(component("video", max_cost=cny(-1)))) == [
        ("components[0].max_cost.amount", "must not be negative"),
        ("components[0].max_cost", TOO_DEAR),
    ]


def test_a_benefit_priced_in_another_currency_needs_a_price_in_ours() -> None:
    assert told(bundle(component("dollar"))) == [
        (
            "components[0].stand_alone",
            "benefit dollar is priced in USD; give its stand-alone price in CNY",
        )
    ]
    assert told(bundle(component("dollar", stand_alone=cny(3500)))) == []


def test_some_offer_is_within_the_cost_ceiling() -> None:
    problem = (
        "components[0].max_cost",
        TOO_DEAR,
    )
    assert told(bundle(component(max_cost=cny(99)))) == [problem]
    assert told(bundle(component(max_cost=cny(100)))) == []


def test_an_offer_in_another_currency_is_not_within_the_ceiling() -> None:
    shelf = catalogue(benefit(offers=[offer(cost=usd(1))]))
    problems = check_bundle(bundle(component(max_cost=cny(100))), shelf)
    assert problems == [Problem(("components", 0, "max_cost"), TOO_DEAR)]


def test_a_benefit_without_an_account_has_no_recipient_rule() -> None:
    assert told(bundle(component("video", recipient={"platform": "tv"}))) == [
        ("components[0].recipient", "benefit video needs no account; remove the recipient rule")
    ]


def test_one_account_name_holds_one_type_of_account() -> None:
    assert told(bundle(component("phone"), component("video"), component("mail"))) == [
        (
            "components[2].recipient",
            "needs an email, but `shared` is a phone for another component; "
            "give this one a platform of its own",
        )
    ]
    assert told(bundle(component("phone"), component("mail", recipient={"platform": "post"}))) == []
    assert told(bundle(component("phone"), component("phone", id="phone-2"))) == []


def test_limits_are_on_benefits_that_the_bundle_delivers() -> None:
    assert told(bundle(component("video"), limits={"per_benefit": {"video": 1, "music": 1}})) == [
        ("limits.per_benefit.music", "no component delivers music; remove it")
    ]


def test_a_limit_per_account_is_on_a_benefit_that_goes_to_one() -> None:
    limit = {"per_benefit_and_account": {"phone": 1, "video": 1, "music": 1}}
    assert told(bundle(component("video"), component("phone"), limits=limit)) == [
        ("limits.per_benefit_and_account.music", "no component delivers music; remove it"),
        ("limits.per_benefit_and_account.video", "video goes to no account; count it with per_benefit"),
    ]


def test_all_problems_are_told_at_once_in_the_order_of_the_checks() -> None:
    wrong = bundle(component("opera"), component("video"), price=cny(0), policy={"at_least": 3})
    assert [field for field, _ in told(wrong)] == [
        "price.amount",
        "components[0].benefit",
        "policy.at_least",
    ]

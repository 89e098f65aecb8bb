"""Which needs and conditions keep a bundle from being published: each problem names field and way out."""

from typing import Any

import pytest

from domain.contract.bundle import Bundle
from domain.validation.bundle import check_bundle
from tests.unit.builders import benefit, bundle, catalogue, component

SHELF = catalogue(benefit("video"), benefit("music"), benefit("coupon"))
ATTRIBUTES = {"tier": "text", "visits": "number", "birthday": "date"}


def told(contract: Bundle) -> list[tuple[str, str]]:
    """Each problem's field and sentence."""
    return [(p.field, p.message) for p in check_bundle(contract, SHELF)]


def when(condition: Any) -> dict[str, Any]:
    return {"when": condition, "by": "P60D", "otherwise": "refund"}


def when_told(condition: Any) -> list[tuple[str, str]]:
    """The problems of a music that waits for this, beside a monthly video; the field below `when`."""
    parts = [
        component("video", release={"every": "P1M", "times": 3}),
        component("music", release=when(condition)),
    ]
    found = told(bundle(*parts, attributes=ATTRIBUTES))
    return [(field.removeprefix("components[1].release."), message) for field, message in found]


def test_an_unknown_component_is_named_with_those_there_are() -> None:
    missing = "there is no component opera; the bundle has video, music"
    assert when_told("activated(opera)") == [("when", missing)]
    assert when_told({"all": ["confirmed", {"not": {"any": ["delivered(opera)"]}}]}) == [
        ("when.all[1].not.any[0]", missing)
    ]
    assert told(bundle(component("video"), component("music", needs=["video", "opera"]))) == [
        ("components[1].needs[1]", missing)
    ]


def test_a_component_does_not_wait_for_itself() -> None:
    itself = "music cannot wait for itself; name another component"
    assert when_told("delivered(music)") == [("when", itself)]
    assert told(bundle(component("video"), component("music", needs=["music"]))) == [
        ("components[1].needs[0]", itself)
    ]


def test_a_need_is_named_once() -> None:
    assert told(bundle(component("video"), component("music", needs=["video", "video"]))) == [
        ("components[1].needs[1]", "named twice; keep one of them")
    ]


def test_a_release_number_is_one_that_there_is() -> None:
    assert when_told("delivered(video, 2)") == []
    assert when_told("delivered(video, 4)") == [("when", "video has 3 releases, so there is no number 4")]
    single = bundle(component("video"), component("music", release=when("activated(video, 2)")))
    assert told(single) == [("components[1].release.when", "video has 1 release, so there is no number 2")]


@pytest.mark.parametrize(
    ("comparison", "message"),
    [
        ("tier == gold", None),
        ('tier != "12"', None),
        ("visits >= 3", None),
        ("birthday < 2000-01-01", None),
        ("quantity >= 2", None),
        ("paid > 100", None),
        ("channel == web", None),
        (
            "shoe > 40",
            "there is no attribute shoe; declare it under `attributes`, "
            "or use quantity, paid, channel, tier, visits, birthday",
        ),
        ("tier < gold", "tier is a text; compare it with == or !="),
        ("channel > web", "channel is a text; compare it with == or !="),
        ("tier == 12", 'tier is a text; put the value in quotes: tier == "12"'),
        ("visits == many", "visits is a number; compare it with a whole number, without quotes"),
        ("paid >= 100000000000000000000", "the number is too large; compare with one of at most 15 digits"),
        ("paid < -1000000000000000", "the number is too large; compare with one of at most 15 digits"),
        ("paid >= 999999999999999", None),
        ("tier == 1000000000000000", None),
        ('quantity == "2"', "quantity is a number; compare it with a whole number, without quotes"),
        ("birthday == 1990", "birthday is a date; compare it with one like 1990-12-31"),
        ("birthday < 1990-02-30", "birthday is a date; compare it with one like 1990-12-31"),
    ],
)
def test_a_comparison_fits_the_type_of_its_attribute(comparison: str, message: str | None) -> None:
    assert when_told({"all": [comparison]}) == ([("when.all[0]", message)] if message else [])


def test_a_built_in_attribute_is_not_declared_again() -> None:
    assert told(bundle(component("video"), attributes={"quantity": "number"})) == [
        ("attributes.quantity", "every order has it already; remove it, or use another name")
    ]


def circle(names: str) -> str:
    return f"waits in a circle: {names}; let one of them wait for none of the others"


def test_components_that_wait_for_one_another_are_named_in_their_order() -> None:
    needs = [
        component("video", needs=["coupon"]),
        component("music", needs=["video"]),
        component("coupon", needs=["music"]),
    ]
    assert told(bundle(*needs)) == [("components[0].needs[0]", circle("video -> coupon -> music -> video"))]


def test_a_circle_over_a_need_and_a_condition_is_found_behind_a_component_that_is_not_in_it() -> None:
    mixed = [
        component("coupon", needs=["video"]),
        component("video", release=when({"all": ["confirmed", {"not": "redeemed(music)"}]})),
        component("music", needs=["video"]),
    ]
    assert told(bundle(*mixed)) == [
        ("components[1].release.when.all[1].not", circle("video -> music -> video"))
    ]


def test_two_ways_to_the_same_component_are_no_circle() -> None:
    diamond = [
        component("video"),
        component("music", needs=["video"]),
        component("coupon", needs=["video", "music"]),
    ]
    assert told(bundle(*diamond)) == []


def nested(levels: int) -> Any:
    condition: Any = "confirmed"
    for _ in range(levels):
        condition = {"not": condition}
    return condition


def test_a_condition_has_ten_levels_at_most() -> None:
    assert when_told({"all": ["confirmed", {"any": [nested(8), "quantity > 1"]}]}) == []
    assert when_told({"all": ["confirmed", {"any": [nested(9), "quantity > 1"]}]}) == [
        ("when", "has 11 levels of all, any and not, more than 10; write it flatter")
    ]

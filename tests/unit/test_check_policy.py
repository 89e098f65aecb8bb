"""What in a bundle its success policy rules out: each problem names its field and a way out."""

from domain.check import check_bundle
from domain.contract import Bundle
from tests.unit.builders import after, benefit, bundle, catalogue, component, offer

SHELF = catalogue(benefit("video"), benefit("music"), benefit("phone"))
FIXED = {"reversibility": "irreversible"}


def told(contract: Bundle) -> list[tuple[str, str]]:
    """Each problem's field and sentence."""
    return [(p.field, p.message) for p in check_bundle(contract, SHELF)]


def test_at_least_asks_for_no_more_components_than_there_are() -> None:
    two = [component("video"), component("music")]
    assert told(bundle(*two, policy={"at_least": 3})) == [
        ("policy.at_least", "3 is more than the 2 components there are")
    ]
    assert told(bundle(*two, policy={"at_least": 2})) == []


def test_core_must_needs_a_core_component() -> None:
    assert told(bundle(component("video", role="frequent"), policy="core_must")) == [
        ("policy", "core_must needs a component with role core; name one or use best_effort")
    ]


def test_at_most_one_required_component_is_irreversible() -> None:
    fixed = [component("video"), component("music", **FIXED), component("phone", **FIXED)]
    assert told(bundle(*fixed, policy="all_or_nothing")) == [
        (
            "components[2].reversibility",
            "the policy may have to undo every required component, but music, phone are irreversible; "
            "at most one may be: make the others reversible or relax the policy",
        )
    ]
    assert told(bundle(*fixed[:2], policy="all_or_nothing")) == []
    assert told(bundle(*fixed, policy="best_effort")) == []


def test_at_least_needs_enough_components_that_can_be_undone() -> None:
    fixed = [component("video"), component("music", **FIXED), component("phone", **FIXED)]
    assert told(bundle(*fixed, policy={"at_least": 3})) == [
        (
            "components[2].reversibility",
            "at_least: 3 needs 2 components that can be undone before an irreversible one starts, "
            "but only 1 can; make more components reversible or lower at_least",
        )
    ]
    assert told(bundle(*fixed, policy={"at_least": 2})) == []


def test_an_irreversible_required_component_is_released_last() -> None:
    early = component("video", **FIXED)
    late = component("music", release=after(days=1))
    assert told(bundle(early, late, policy="all_or_nothing")) == [
        (
            "components[0].release",
            "an irreversible component goes last, but music is released after it; "
            "release it no earlier than the others, or make it reversible",
        )
    ]
    same = component("video", release=after(days=1), **FIXED)
    assert told(bundle(same, late, policy="all_or_nothing")) == []
    surprise = component("music", role="surprise", release=after(days=1))
    assert told(bundle(early, surprise, policy="core_must")) == []


def test_an_irreversible_surprise_is_not_promised_before_a_core_part_it_waits_for() -> None:
    core = component("video", role="core", release=after(days=30))
    surprise = component("music", role="surprise", **FIXED)
    too_early = (
        "components[1].release",
        "an irreversible component goes last, but video is released after it; "
        "release it no earlier than the others, or make it reversible",
    )
    assert told(bundle(core, surprise, policy="core_must")) == [too_early]
    assert told(bundle(core, surprise, policy={"at_least": 2})) == [too_early]
    assert told(bundle(core, surprise, policy={"at_least": 1})) == []
    assert told(bundle(core, surprise, policy="best_effort")) == []


def test_a_part_that_may_have_to_be_undone_comes_from_suppliers_that_take_it_back() -> None:
    shelf = catalogue(benefit("video", offers=[offer(revocable=False)]), benefit("music"))
    contract = bundle(component("video"), component("music", **FIXED), policy="all_or_nothing")
    (problem,) = check_bundle(contract, shelf)
    assert (problem.field, problem.message) == (
        "components[0].reversibility",
        "the policy may have to take it back, and no offer of video can be: "
        "say irreversible, or give the benefit an offer that is revocable",
    )
    assert check_bundle(contract.model_copy(update={"policy": "best_effort"}), shelf) == []

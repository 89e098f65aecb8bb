"""What in a bundle its success policy rules out: each problem names its field and a way out."""

from domain.contract.bundle import AtLeast, Bundle
from domain.validation.bundle import check_bundle
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


CANNOT_TAKE_BACK = (
    "the policy cannot do without it, and if a later release failed it could not take the first one back; "
    "make it reversible, release it once, or relax the policy"
)
YEARLY = {"every": "P1M", "times": 12}


def test_an_irreversible_component_that_the_policy_needs_is_released_once() -> None:
    contract = bundle(component("video", release=YEARLY, **FIXED), policy="core_must")
    assert told(contract) == [("components[0].reversibility", CANNOT_TAKE_BACK)]
    assert told(bundle(component("video", release=YEARLY), policy="core_must")) == []
    assert told(bundle(component("video", release=YEARLY, **FIXED), policy="best_effort")) == []
    surprise = component("music", role="surprise", release=YEARLY, **FIXED)
    assert told(bundle(component("video"), surprise, policy="core_must")) == []


def test_at_least_cannot_do_without_an_irreversible_component_that_it_must_count() -> None:
    contract = bundle(component("video", release=YEARLY, **FIXED), component("music"), policy={"at_least": 2})
    assert told(contract)[0] == ("components[0].reversibility", CANNOT_TAKE_BACK)
    assert told(contract.model_copy(update={"policy": AtLeast(at_least=1)})) == []


def goes_last(later: str) -> list[tuple[str, str]]:
    """The problem of a first component that is irreversible and released before this one."""
    return [
        (
            "components[0].release",
            f"an irreversible component goes last, but {later} is released after it; "
            "release it no earlier than the others, or make it reversible",
        )
    ]


WAITS = [
    (
        "components[0].release",
        "an irreversible component goes last, but music waits for something else; "
        "let it need music, or make it reversible",
    )
]
CONDITION = {"when": "confirmed", "by": "P30D", "otherwise": "refund"}


def test_an_irreversible_component_is_not_promised_before_the_last_release_of_another() -> None:
    monthly = component("music", release={"every": "P1M", "times": 3})
    assert told(bundle(component("video", **FIXED), monthly, policy="all_or_nothing")) == goes_last("music")
    in_time = component("video", release=after(days=63), **FIXED)
    assert told(bundle(in_time, monthly, policy="all_or_nothing")) == []
    too_soon = component("video", release=after(days=62), **FIXED)
    assert told(bundle(too_soon, monthly, policy="all_or_nothing")) == goes_last("music")


def test_an_irreversible_component_is_not_promised_before_the_day_of_another() -> None:
    dated = component("music", release={"at": "2027-01-01 09:00"})
    assert told(bundle(component("video", **FIXED), dated, policy="all_or_nothing")) == goes_last("music")
    same_day = component("video", release={"at": "2027-01-01T09:00:00+08:00"}, **FIXED)
    assert told(bundle(same_day, dated, policy="all_or_nothing")) == []
    day_before = component("video", release={"at": "2026-12-31 09:00"}, **FIXED)
    assert told(bundle(day_before, dated, policy="all_or_nothing")) == goes_last("music")
    in_a_month = component("music", release=after(days=30))
    assert told(bundle(same_day, in_a_month, policy="all_or_nothing")) == goes_last("music")


def test_an_irreversible_component_does_not_wait_for_a_condition_of_another_unless_it_says_so() -> None:
    waiting = component("music", release=CONDITION)
    assert told(bundle(component("video", **FIXED), waiting, policy="all_or_nothing")) == WAITS
    saying_so = component("video", needs=["music"], **FIXED)
    assert told(bundle(saying_so, waiting, policy="all_or_nothing")) == []
    assert told(bundle(component("video", **FIXED), waiting, policy="best_effort")) == []
    needy = component("music", needs=["phone"])
    assert (
        told(bundle(component("video", **FIXED), needy, component("phone"), policy="all_or_nothing")) == WAITS
    )


def test_components_of_the_same_yearly_day_come_together() -> None:
    birthday = {"at": {"attribute": "birthday", "time": "09:00"}}
    parts = [component("video", release=birthday, **FIXED), component("music", release=birthday)]
    contract = bundle(*parts, policy="all_or_nothing", attributes={"birthday": "date"})
    assert told(contract) == []
    other = component("music", release={"at": {"attribute": "birthday", "time": "09:01"}})
    apart = bundle(parts[0], other, policy="all_or_nothing", attributes={"birthday": "date"})
    assert told(apart) == goes_last("music")


def test_a_need_of_one_release_is_not_the_last_of_several() -> None:
    monthly = component("music", release={"every": "P1M", "times": 3})
    saying_so = component("video", needs=["music"], **FIXED)
    assert told(bundle(saying_so, monthly, policy="all_or_nothing")) == goes_last("music")


def test_at_least_waits_for_those_that_come_for_certain() -> None:
    parts = [component("video", **FIXED), component("music", release=CONDITION), component("phone")]
    assert told(bundle(*parts, policy={"at_least": 2})) == []
    assert told(bundle(*parts, policy={"at_least": 3})) == WAITS

"""What in a bundle its success policy rules out: an irreversible part where it must be able to undo it."""

from collections.abc import Iterator
from datetime import UTC, datetime

from domain.contract.bounds import latest_end, start
from domain.contract.bundle import Bundle, Component, Role, ShippedWhen
from domain.planning.policy import irreversible, must_come_whole, needed, pivot_problem, required
from domain.validation.problems import Location, Problem


def check_policy(bundle: Bundle) -> Iterator[Problem]:
    """Everything that the bundle's policy could not keep."""
    count = needed(bundle.policy, bundle.components)
    if count > len(bundle.components):
        yield Problem(
            ("policy", "at_least"), f"{count} is more than the {len(bundle.components)} components there are"
        )
        return
    must = required(bundle.policy, bundle.components)
    if bundle.policy == "core_must" and not must:
        yield Problem(("policy",), "core_must needs a component with role core; name one or use best_effort")
    if bundle.shipped_when is ShippedWhen.CORE and all(c.role is not Role.CORE for c in bundle.components):
        yield Problem(("shipped_when",), "core needs a component with role core; name one, or say all")
    index_of = {c.id: i for i, c in enumerate(bundle.components)}
    problem = pivot_problem(bundle)
    if problem:
        yield Problem(("components", index_of[problem[0]], "reversibility"), problem[1])
        return
    for component in irreversible(bundle.components):
        at: Location = ("components", index_of[component.id])
        if must_come_whole(bundle, component) and component.rule.count != 1:
            yield Problem(
                (*at, "reversibility"),
                "the policy cannot do without it, and if a later release failed it could not take the first "
                "one back; make it reversible, release it once, or relax the policy",
            )
        later = _waits_for(component, bundle)
        if later is not None:
            yield Problem((*at, "release"), _too_early(component, later, bundle))


def _waits_for(component: Component, bundle: Bundle) -> Component | None:
    """A component that this irreversible one would have to wait for beyond its own release, if any."""
    must = required(bundle.policy, bundle.components)
    others = [c for c in bundle.components if c is not component]
    others.sort(key=lambda other: _order_of_ends(other, bundle))
    count = needed(bundle.policy, bundle.components)
    awaited = [c for c in others if c.id in must] + others[: max(count - 1, 0)]
    return next((c for c in awaited if _may_end_after(c, component, bundle)), None)


def _may_end_after(other: Component, component: Component, bundle: Bundle) -> bool:
    """Whether the other's last release may be due after this component, which does not wait for it."""
    if other.rule.count == 1 and other.id in component.needs:
        return False
    if other.rule.count == 1 and not other.needs and other.rule == component.rule:
        return False
    end = latest_end(other.rule, bundle.zone)
    if end is None or other.needs:
        return True
    return end.may_be_after(start(component.rule, bundle.zone))


def _order_of_ends(component: Component, bundle: Bundle) -> tuple[bool, float, datetime]:
    """Those that end for certain come first, the soonest of them before the others."""
    end = latest_end(component.rule, bundle.zone)
    if end is None:
        return True, 0.0, datetime.min.replace(tzinfo=UTC)
    instant = end.instant or datetime.min.replace(tzinfo=UTC)
    return bool(component.needs), end.since_order.total_seconds(), instant


def _too_early(component: Component, later: Component, bundle: Bundle) -> str:
    if later.rule.when is not None or later.needs:
        return (
            f"an irreversible component goes last, but {later.id} waits for something else; "
            f"let it need {later.id}, or make it reversible"
        )
    return (
        f"an irreversible component goes last, but {later.id} is released after it; "
        "release it no earlier than the others, or make it reversible"
    )

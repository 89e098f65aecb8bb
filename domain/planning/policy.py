"""Success policies: when an order can still succeed, and when something may no longer be undone.

One rule serves all of them. The *required* components are those whose failure undoes the order; an
irreversible component may start only when nothing but its own failure could still undo the order. That
makes it the pivot of the saga, and the validator allows a contract only one of them among the required.
"""

from collections.abc import Collection, Mapping

from domain.contract.bundle import AtLeast, Bundle, Component, Reversibility, Role, SuccessPolicy


def required(policy: SuccessPolicy, components: Collection[Component]) -> frozenset[str]:
    """Ids of the components of which each one's failure undoes the whole order."""
    if policy == "all_or_nothing":
        return frozenset(c.id for c in components)
    if policy == "core_must":
        return frozenset(c.id for c in components if c.role is Role.CORE)
    return frozenset()


def needed(policy: SuccessPolicy, components: Collection[Component]) -> int:
    """How many components must be delivered for the order to stand; 0 when the policy does not count."""
    return policy.at_least if isinstance(policy, AtLeast) else 0


def is_doomed(
    required_ids: Collection[str],
    needed_count: int,
    lost: Mapping[str, bool],
    waiting: Collection[str] = frozenset(),
) -> bool:
    """Whether the order must be undone, given which components are lost for good.

    `lost` has an entry for every component: True once one of its releases failed. `waiting` are irreversible
    components that have not started: they wait until all but one of the needed components are delivered, so
    when the others cannot get that far, none of them ever will.
    """
    if any(lost[component] for component in required_ids):
        return True
    alive = [component for component, is_lost in lost.items() if not is_lost]
    startable = [component for component in alive if component not in waiting]
    return len(alive) < needed_count or len(startable) < needed_count - 1


def cancelling_undoes(required_ids: Collection[str], needed_count: int, done: Mapping[str, bool]) -> bool:
    """Whether the policy would revoke what was delivered, if all that is left were cancelled.

    `done` has an entry for every component: True once all its releases are delivered.
    """
    lost = {component: not is_done for component, is_done in done.items()}
    return is_doomed(required_ids, needed_count, lost)


def may_pass_pivot(
    component: str, required_ids: Collection[str], needed_count: int, done: Mapping[str, bool]
) -> bool:
    """Whether an irreversible component may start: only its own failure could still undo the order.

    `done` has an entry for every component: True once all its releases are delivered.
    """
    others_done = all(done[other] for other in required_ids if other != component)
    counted = sum(1 for other, is_done in done.items() if is_done and other != component)
    return others_done and counted >= needed_count - 1


def may_be_undone(bundle: Bundle, component: Component) -> bool:
    """Whether the policy may have to take this component back after it was delivered."""
    if component.reversibility is Reversibility.IRREVERSIBLE:
        return False
    return bool(required(bundle.policy, bundle.components) or needed(bundle.policy, bundle.components))


def must_come_whole(bundle: Bundle, component: Component) -> bool:
    """Whether it is one purchase or none: the policy can neither do without it nor take a part of it back."""
    if component.reversibility is not Reversibility.IRREVERSIBLE:
        return False
    reversible = len(bundle.components) - len(irreversible(bundle.components))
    must = component.id in required(bundle.policy, bundle.components)
    return must or reversible < needed(bundle.policy, bundle.components)


def irreversible(components: Collection[Component]) -> list[Component]:
    """The components that can never be revoked."""
    return [c for c in components if c.reversibility is Reversibility.IRREVERSIBLE]


def pivot_problem(bundle: Bundle) -> tuple[str, str] | None:
    """Why the policy could not undo what its components do: (component id, sentence), or None."""
    fixed = irreversible(bundle.components)
    must = required(bundle.policy, bundle.components)
    pivots = [c for c in fixed if c.id in must]
    if len(pivots) > 1:
        names = ", ".join(c.id for c in pivots)
        return pivots[1].id, (
            f"the policy may have to undo every required component, but {names} are irreversible; "
            "at most one may be: make the others reversible or relax the policy"
        )
    count = needed(bundle.policy, bundle.components)
    reversible_count = len(bundle.components) - len(fixed)
    if fixed and reversible_count < count - 1:
        return fixed[-1].id, (
            f"at_least: {count} needs {count - 1} components that can be undone before an irreversible one "
            f"starts, but only {reversible_count} can; make more components reversible or lower at_least"
        )
    return None

"""What in needs and conditions makes no sense: names that are not there, types that do not fit, circles."""

import re
from collections.abc import Iterator, Mapping

from domain.contract.bundle import BUILT_IN, AttributeType, Bundle, Component
from domain.contract.calendar import is_date
from domain.contract.condition import All, AnyOf, Comparison, Condition, Event, Happened, Not, atoms
from domain.validation.problems import Location, Problem

_LARGE = re.compile(r"-?[0-9]{16,}")
MOST_LEVELS = 10
"""Of a condition, one within another."""
Edges = dict[str, dict[str, Location]]
"""For each component, what it waits for, and where that is written."""


def check_conditions(bundle: Bundle) -> Iterator[Problem]:
    """Everything that keeps needs and conditions from being decided."""
    for name in bundle.attributes:
        if name in BUILT_IN:
            yield Problem(("attributes", name), "every order has it already; remove it, or use another name")
    components = {c.id: c for c in bundle.components}
    for index, component in enumerate(bundle.components):
        at: Location = ("components", index)
        for number, need in enumerate(component.needs):
            yield from _check_reference(need, component, components, (*at, "needs", number))
            if need in component.needs[:number]:
                yield Problem((*at, "needs", number), "named twice; keep one of them")
        if component.rule.when is None:
            continue
        levels = _levels(component.rule.when)
        if levels > MOST_LEVELS:
            message = f"has {levels} levels of all, any and not, more than {MOST_LEVELS}; write it flatter"
            yield Problem((*at, "release", "when"), message)
        for where, atom in atoms(component.rule.when):
            place = (*at, "release", "when", *where)
            if isinstance(atom, Comparison):
                yield from _check_comparison(atom, bundle, place)
            elif isinstance(atom, Happened) and atom.event is not Event.CONFIRMED:
                yield from _check_reference(atom.component, component, components, place)
                yield from _check_number(atom, components, place)
    yield from _check_circles(bundle)


def _levels(condition: Condition) -> int:
    """How many of `all`, `any` and `not` stand within one another at the most."""
    match condition:
        case All(all=parts) | AnyOf(any=parts):
            return 1 + max(_levels(part) for part in parts)
        case Not(not_=part):
            return 1 + _levels(part)
    return 0


def _check_reference(
    name: str, component: Component, components: Mapping[str, Component], place: Location
) -> Iterator[Problem]:
    if name == component.id:
        yield Problem(place, f"{name} cannot wait for itself; name another component")
    elif name not in components:
        yield Problem(place, f"there is no component {name}; the bundle has {', '.join(components)}")


def _check_number(atom: Happened, components: Mapping[str, Component], place: Location) -> Iterator[Problem]:
    found = components.get(atom.component)
    if found is None or atom.release is None or found.rule.count is None:
        return
    if atom.release > found.rule.count:
        releases = "1 release" if found.rule.count == 1 else f"{found.rule.count} releases"
        yield Problem(place, f"{atom.component} has {releases}, so there is no number {atom.release}")


def _check_comparison(comparison: Comparison, bundle: Bundle, place: Location) -> Iterator[Problem]:
    name, value = comparison.attribute, comparison.value
    known = {**BUILT_IN, **bundle.attributes}
    kind = known.get(name)
    if kind is None:
        names = ", ".join(known)
        yield Problem(place, f"there is no attribute {name}; declare it under `attributes`, or use {names}")
    elif kind is AttributeType.TEXT and comparison.operator not in ("==", "!="):
        yield Problem(place, f"{name} is a text; compare it with == or !=")
    elif kind is AttributeType.TEXT and isinstance(value, int):
        yield Problem(place, f'{name} is a text; put the value in quotes: {name} == "{value}"')
    elif kind is AttributeType.NUMBER and not isinstance(value, int) and _LARGE.fullmatch(value):
        yield Problem(place, "the number is too large; compare with one of at most 15 digits")
    elif kind is AttributeType.NUMBER and not isinstance(value, int):
        yield Problem(place, f"{name} is a number; compare it with a whole number, without quotes")
    elif kind is AttributeType.DATE and not (isinstance(value, str) and is_date(value)):
        yield Problem(place, f"{name} is a date; compare it with one like 1990-12-31")


def edges(bundle: Bundle) -> Edges:
    """What each component waits for, among the components there are."""
    found: Edges = {c.id: {} for c in bundle.components}
    for index, component in enumerate(bundle.components):
        at: Location = ("components", index)
        awaited = [(need, (*at, "needs", n)) for n, need in enumerate(component.needs)]
        if component.rule.when is not None:
            awaited += [
                (atom.component, (*at, "release", "when", *where))
                for where, atom in atoms(component.rule.when)
                if isinstance(atom, Happened) and atom.event is not Event.CONFIRMED
            ]
        for name, place in awaited:
            if name in found and name != component.id:
                found[component.id].setdefault(name, place)
    return found


def circle(found: Edges) -> list[str]:
    """Components that wait for one another, each for the next and the last for the first; [] if none do."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return path[path.index(name) :]
        if name not in done:
            for awaited in found[name]:
                if around := walk(awaited, [*path, name]):
                    return around
            done.add(name)
        return []

    return next((around for name in found if (around := walk(name, []))), [])


def _check_circles(bundle: Bundle) -> Iterator[Problem]:
    found = edges(bundle)
    around = circle(found)
    if around:
        names = " -> ".join([*around, around[0]])
        place = found[around[0]][around[1]]
        yield Problem(place, f"waits in a circle: {names}; let one of them wait for none of the others")

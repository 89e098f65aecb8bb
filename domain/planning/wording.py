"""What a component waits for, and what its order rules out, in one line for people."""

from domain.contract.condition import All, AnyOf, Attributes, Comparison, Condition, Constant, Not, atoms
from domain.planning.gates import PlannedGate
from domain.planning.verdict import settle_attributes


def waits_for(gate: PlannedGate) -> str:
    """What a gate waits for, in one line; what the order's attributes rule out has no other words."""
    parts = [f"delivered({need})" for need in gate.needs]
    if isinstance(gate.condition, Constant):
        parts.append("what this order rules out")
    elif gate.condition is not None:
        parts.append(_in_brackets(gate.condition) if parts else in_words(gate.condition))
    return " and ".join(parts)


def in_words(condition: Condition) -> str:
    """A condition in one line, such as: delivered(video) and not redeemed(coupon)."""
    match condition:
        case All(all=parts):
            return " and ".join(_in_brackets(part) for part in parts)
        case AnyOf(any=parts):
            return " or ".join(_in_brackets(part) for part in parts)
        case Not(not_=part):
            return f"not {_in_brackets(part)}"
    return str(condition)


def _in_brackets(condition: Condition) -> str:
    words = in_words(condition)
    return f"({words})" if isinstance(condition, All | AnyOf) else words


def why_ruled_out(condition: Condition, attributes: Attributes) -> str:
    """What an order does not meet, such as: quantity >= 2, and this order has 1.

    Of a condition that these attributes settle as one that does not hold.
    """
    culprit = _unmet(condition, attributes)
    names = dict.fromkeys(atom.attribute for _, atom in atoms(culprit) if isinstance(atom, Comparison))
    if len(names) == 1:
        has = str(attributes[next(iter(names))])
    else:
        has = " and ".join(f"{name} {attributes[name]}" for name in names)
    return f"{in_words(culprit)}, and this order has {has}"


def _unmet(condition: Condition, attributes: Attributes) -> Condition:
    """Of parts that must all hold, the first that does not."""
    if isinstance(condition, All):
        for part in condition.all:
            if settle_attributes(part, attributes) == Constant(False):
                return _unmet(part, attributes)
    return condition

"""What a component waits for, and what its order rules out, in one line for people."""

from dataclasses import dataclass
from datetime import UTC, tzinfo

from domain.contract.condition import All, AnyOf, Attributes, Comparison, Condition, Constant, Not, atoms
from domain.notes.words import Language, Words
from domain.planning.gates import PlannedGate
from domain.planning.verdict import settle_attributes

_AND = Words(" and ", " 且 ")
_OR = Words(" or ", " 或 ")
_NOT = Words("not ", "非 ")
_RULED_OUT = Words("what this order rules out", "本订单已排除的条件")


@dataclass(frozen=True)
class WhatItWaitsFor:
    """What a gate waits for, to be said in a sentence."""

    gate: PlannedGate

    def say(self, lang: Language, _zone: tzinfo = UTC, /) -> str:
        """It in one line; it names no moment."""
        return waits_for(self.gate, lang)


def waits_for(gate: PlannedGate, lang: Language = Language.EN) -> str:
    """What a gate waits for, in one line; what the order's attributes rule out has no other words."""
    parts = [f"delivered({need})" for need in gate.needs]
    if isinstance(gate.condition, Constant):
        parts.append(_RULED_OUT.say(lang))
    elif gate.condition is not None:
        parts.append(_in_brackets(gate.condition, lang) if parts else in_words(gate.condition, lang))
    return _AND.say(lang).join(parts)


def in_words(condition: Condition, lang: Language = Language.EN) -> str:
    """A condition in one line, such as: delivered(video) and not redeemed(coupon)."""
    match condition:
        case All(all=parts):
            return _AND.say(lang).join(_in_brackets(part, lang) for part in parts)
        case AnyOf(any=parts):
            return _OR.say(lang).join(_in_brackets(part, lang) for part in parts)
        case Not(not_=part):
            return f"{_NOT.say(lang)}{_in_brackets(part, lang)}"
    return str(condition)


def _in_brackets(condition: Condition, lang: Language) -> str:
    words = in_words(condition, lang)
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

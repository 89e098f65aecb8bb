"""What an order of a bundle would bring, before there is one."""

from datetime import datetime

from domain.money import Money
from domain.notes.sentences.sentence import Sayable, Sentence
from domain.notes.words import Words


class BothEnds(Sentence):
    """What can be paid back at most, and at least."""

    words = Words(
        "At most {before} before anything is delivered, {after} once everything is.",
        "全部发放之前最多可退 {before}，全部发放之后可退 {after}。",
    )
    before: Money
    after: Money


class SimulatedOrder(Sentence):
    """When a simulated order is placed, and what its figures mean."""

    words = Words(
        "Ordered {at}. Refunds are what is paid back in all if all that is left is cancelled just before "
        "that moment, or after it. Everything is supposed to be delivered when it is due.",
        "下单时间 {at}。“可退款”指在该时刻之前或之后取消剩余部分时的退款总额，并假定各发放单均按时发放。",
    )
    at: datetime


class FiguresDepend(Sentence):
    """What the figures of an order that waits for events or accounts mean."""

    words = Words(
        "What is waited for is supposed to happen as soon as it can; `if nothing happens` is the refund "
        "after that moment if nothing is reported and nobody gives an account.",
        "所等的条件均假定尽早满足；`若无任何上报`指渠道未上报任何事件、也无人绑定账号时，该时刻之后的退款额。",
    )


class SeveralOf(Sentence):
    """How many of what."""

    words = Words("{units} x {title}", "{title} × {units}")
    units: int
    title: str


class IfNobodyGivesAccount(Sentence):
    """How a release ends without its account."""

    words = Words("if nobody gives the account: {fate:fate}", "若无人绑定账号：{fate:fate}")
    fate: str


class IfNothingHappens(Sentence):
    """How a release ends if nothing is reported."""

    words = Words("if nothing happens: {fate}", "若无任何上报：{fate}")
    fate: Sayable


class NeverReleased(Sentence):
    """A release that this order rules out."""

    words = Words("never released: {fate}", "不会发放：{fate}")
    fate: Sayable


class AsItGoesHere(Sentence):
    """How a release ends in the course that is shown."""

    words = Words("{fate}, as it goes here", "按此处假定：{fate}")
    fate: Sayable


class Ends(Sentence):
    """How a release ends."""

    words = Words("{fate:fate}", "{fate:fate}")
    fate: str


class EndsByPolicy(Sentence):
    """How a release ends, since others did."""

    words = Words("{fate:fate}, since the policy undoes the order", "{fate:fate}（按策略撤销整单）")
    fate: str


class AllTheSame(Sentence):
    """It is released though its condition is ruled out."""

    words = Words("all the same, though {ruled_out}", "仍照常发放，尽管 {ruled_out}")
    ruled_out: str


class OnCondition(Sentence):
    """What it waits for."""

    words = Words("{what}", "{what}")
    what: str


class OnConditionBy(Sentence):
    """What it waits for, and until when."""

    words = Words("{what} by {by}", "{what}（截至 {by}）")
    what: str
    by: datetime


class NeedsWhatCannotBe(Sentence):
    """What it waits for can never be."""

    words = Words("needs {what}, which cannot be", "需要 {what}，但不可能满足")
    what: Sayable


class ReleasedIf(Sentence):
    """What would have released it."""

    words = Words("released if {what}", "若 {what} 则发放")
    what: Sayable


class IfElse(Sentence):
    """What it waits for, and what is done otherwise."""

    words = Words("if {what}, else {otherwise:otherwise}", "若 {what} 则发放，否则{otherwise:otherwise}")
    what: Sayable
    otherwise: str


class IfAccountBy(Sentence):
    """Until when its account is to be given, and what is done otherwise."""

    words = Words(
        "if its account is given by {by}, else {otherwise:otherwise}",
        "若在 {by} 前绑定账号则发放，否则{otherwise:otherwise}",
    )
    by: datetime
    otherwise: str


class Revocable(Sentence):
    """How many releases of a component can be taken back."""

    words = Words("{component} x{releases}", "{component} × {releases}")
    component: str
    releases: int


class RevocableUntilRevealed(Sentence):
    """How many releases of a component can be taken back, as long as nobody has seen them."""

    words = Words("{component} x{releases} until revealed", "{component} × {releases}（查看前）")
    component: str
    releases: int


class ByThePolicy(Sentence):
    """What the policy takes back."""

    words = Words("{what} (by the policy)", "{what}（按策略）")
    what: Sayable

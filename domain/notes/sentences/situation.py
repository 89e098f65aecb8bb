"""How a delivery stands: what was promised, what was tried, what it waits for."""

from datetime import datetime

from domain.money import Money
from domain.notes.note import Note
from domain.notes.sentences.sentence import Sayable, Sentence
from domain.notes.words import Words


class Span(Sentence):
    """Releases that follow each other."""

    words = Words("{first} to {last}", "{first} 至 {last}")
    first: str
    last: str


class StandsAs(Sentence):
    """A delivery and its state, in a list."""

    words = Words("{name} ({state:state})", "{name}（{state:state}）")
    name: str
    state: str


class PlannedFor(Sentence):
    """A delivery that is planned for a moment, in a list."""

    words = Words("{name} (planned {at})", "{name}（计划于 {at}）")
    name: str
    at: datetime


class Sold(Sentence):
    """What was sold, and its share of the price."""

    words = Words("{units} x {title} for {share}", "{title} × {units}，价格 {share}")
    units: int
    title: str
    share: Money


class SoldTo(Sentence):
    """What was sold, its share of the price, and the account that it goes to, by the bundle's name for it."""

    words = Words(
        "{units} x {title} for {share} to the account {account}",
        "{title} × {units}，价格 {share}，充值账号 {account}",
    )
    units: int
    title: str
    share: Money
    account: str


class PromisedOnceMet(Sentence):
    """It has no moment yet."""

    words = Words("{what}, promised for when its condition holds", "{what}，约定在条件满足后发放")
    what: Sayable


class PromisedFor(Sentence):
    """It has a moment."""

    words = Words("{what}, promised for {at}", "{what}，约定于 {at} 发放")
    what: Sayable
    at: datetime


class PromisedFromTo(Sentence):
    """Several releases have theirs."""

    words = Words("{what}, promised from {first} to {last}", "{what}，约定自 {first} 至 {last} 分批发放")
    what: Sayable
    first: datetime
    last: datetime | None


class EventCame(Sentence):
    """A channel's event about it."""

    words = Words("{event:event} was reported of {about} on {at}", "{at} 收到渠道事件：{about} {event:event}")
    event: str
    about: str
    at: datetime


class Tried(Sentence):
    """A purchase, and what came of it."""

    words = Words(
        "attempt {number} was made at {connection} on {at}: {answer}",
        "{at} 向 {connection} 发起第 {number} 次提交：{answer}",
    )
    number: int
    connection: str
    at: datetime
    answer: Sayable


class TriedOften(Sentence):
    """A purchase that was sent several times, and what came of it."""

    words = Words(
        "attempt {number} was made at {connection} on {at}, sent {times} times: {answer}",
        "{at} 向 {connection} 发起第 {number} 次提交（共发送 {times} 次）：{answer}",
    )
    number: int
    connection: str
    at: datetime
    times: int
    answer: Sayable


class Answered(Sentence):
    """What a supplier made of a purchase."""

    words = Words("{state:attempt}", "{state:attempt}")
    state: str


class NothingBought(Sentence):
    """No purchase was made."""

    words = Words("nothing was bought for it yet", "尚未采购")


class PartDelivered(Sentence):
    """Some of its units were delivered."""

    words = Words("{units} of {of} units were delivered", "共 {of} 件，已发放 {units} 件")
    units: int
    of: int


class InCase(Sentence):
    """A case about it is open."""

    words = Words(
        "case {number} ({kind:case}) is open about it, since {reason}",
        "售后单 {number}（{kind:case}）处理中，原因：{reason}",
    )
    number: int
    kind: str
    reason: Note


class DeliveredOn(Sentence):
    """It was delivered."""

    words = Words("it was delivered on {at}", "已于 {at} 发放")
    at: datetime | None


class HeldSince(Sentence):
    """It is held."""

    words = Words("it is held since {since}, {why}", "自 {since} 起挂起，{why}")
    since: datetime | None
    why: Sayable


class HeldFor(Sentence):
    """Why it is held; the reason's own name is what lists and pages have."""

    words = Words("{reason}: {reason:reason}", "{reason:reason}（{reason}）")
    reason: str


class AccountRefused(Sentence):
    """It is held for the account that its supplier refused."""

    words = Words("{reason}: its supplier refused the account", "货源拒绝了该充值账号（{reason}）")
    reason: str


class CaseFor(Sentence):
    """Which kind of case is open about it; its own name is what pages have."""

    words = Words("{kind}: a case of {kind:case} is open", "售后单处理中：{kind:case}（{kind}）")
    kind: str


class ItWaitsFor(Sentence):
    """Its gate is closed."""

    words = Words("it waits for {what}", "正在等待 {what}")
    what: Sayable


class WaitsFor(Sentence):
    """Its gate is closed, in a table."""

    words = Words("waits for {what}", "等待 {what}")
    what: Sayable


class ItIs(Sentence):
    """Its state says it all."""

    words = Words("it is {state:state}", "当前状态：{state:state}")
    state: str


class ComesLast(Sentence):
    """It is the pivot."""

    words = Words(
        "it cannot be taken back, so all that could still undo the order comes first",
        "发放后无法撤回，须等其他可能导致整单撤销的发放单先有结果",
    )


class WaitsForItsMoment(Sentence):
    """It is not due."""

    words = Words("it waits for its moment", "未到发放时间")


class MomentHasCome(Sentence):
    """It is due."""

    words = Words("its moment has come", "已到发放时间")

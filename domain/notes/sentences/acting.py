"""What is answered to whoever did something, and what more can be done."""

from datetime import datetime

from domain.notes.sentences.sentence import Sayable, Sentence
from domain.notes.words import Words


class SayNothingSold(Sentence):
    """To tell what a supplier said to a person."""

    words = Words("say that its supplier sold nothing", "说明货源未售出")


class AskAtOnce(Sentence):
    """To have a supplier asked now."""

    words = Words("ask its supplier at once", "立即查询货源")


class GiveAccount(Sentence):
    """To give an account that is missing."""

    words = Words("give the account {account}", "绑定充值账号 {account}")
    account: str


class DecideRefundAgain(Sentence):
    """To have the channel try a refund again."""

    words = Words("decide its refund again", "重新发起退款")


class SettledElsewhere(Sentence):
    """To end the case of a refund that failed."""

    words = Words("say that its refund was settled elsewhere", "说明退款已在别处结清")


class RevokeAndPayBack(Sentence):
    """To revoke what was delivered, and pay it back."""

    words = Words("take it back and pay it back", "撤回并退款")


class RevokeOnly(Sentence):
    """To revoke what was delivered, where nothing is owed."""

    words = Words("take it back", "撤回")


class GiveUpOnly(Sentence):
    """To give up what is open, where nothing is owed."""

    words = Words("give it up", "放弃")


class BuyFrom(Sentence):
    """To buy from another supplier, by name."""

    words = Words("buy it from {connection}", "改向 {connection} 采购")
    connection: str


class ResumePaused(Sentence):
    """To buy at a connection again that a person paused."""

    words = Words(
        "buy at {connection} again, which somebody paused", "恢复在 {connection} 采购（已被人工暂停）"
    )
    connection: str


class ResumeSilent(Sentence):
    """To buy at a connection again that did not answer."""

    words = Words("buy at {connection} again, once it answers", "待 {connection} 恢复应答后，恢复在该处采购")
    connection: str


class CanBeDone(Sentence):
    """Before the commands that would help."""

    words = Words("What a person can do:", "可执行的操作：")


class CanBeDoneEach(Sentence):
    """Before the commands that would help each of several releases."""

    words = Words("What a person can do, with each by its number:", "可执行的操作（逐批按编号）：")


class CanDo(Sentence):
    """One of them."""

    words = Words("{what}: {command}", "{what}：{command}")
    what: Sayable
    command: str


class NowIs(Sentence):
    """How a delivery stands after an act."""

    words = Words("{name} of {order} is {state:state}.", "{order} 的 {name}：{state:state}。")
    name: str
    order: str
    state: str


class NowIsUntil(Sentence):
    """How a delivery stands after an act, and what comes next when."""

    words = Words(
        "{name} of {order} is {state:state}, {next_action:next_action} at {at}.",
        "{order} 的 {name}：{state:state}，{at} {next_action:next_action}。",
    )
    name: str
    order: str
    state: str
    next_action: str
    at: datetime


class CaseIsOpen(Sentence):
    """An act that opened a case."""

    words = Words(
        "Case {case} about {name} of {order} is open; `{command}`.",
        "{order} 的 {name} 已开售后单 {case}；`{command}`。",
    )
    case: int
    name: str
    order: str
    command: str


class AccountKnown(Sentence):
    """An account was given, and nothing waited for it."""

    words = Words(
        "Account {account} of {order} is known now; nothing was held for it.",
        "{order} 的充值账号 {account} 已绑定；没有因此挂起的发放单。",
    )
    account: str
    order: str


class AccountKnownAndOn(Sentence):
    """An account was given, and what waited for it goes on."""

    words = Words(
        "Account {account} of {order} is known now; goes on: {names}.",
        "{order} 的充值账号 {account} 已绑定；继续发放：{names}。",
    )
    account: str
    order: str
    names: tuple[str, ...]


class GoesThere(Sentence):
    """One release goes to another account."""

    words = Words(
        "{name} of {order} goes to the new account from now on.", "{order} 的 {name} 今后发往新的充值账号。"
    )
    name: Sayable
    order: str


class GoThere(Sentence):
    """Several releases go to another account."""

    words = Words(
        "{names} of {order} go to the new account from now on.", "{order} 的 {names} 今后发往新的充值账号。"
    )
    names: Sayable
    order: str


class NotThereYet(Sentence):
    """What does not go to the other account."""

    words = Words("Not yet: {names}; readdress each by its number.", "尚未更换：{names}；请逐批按编号更换。")
    names: Sayable


class EveryOrderRuns(Sentence):
    """Nothing had to be adopted."""

    words = Words("Every open order has its run.", "所有未完结订单都有运行。")


class RunGoesOn(Sentence):
    """An order that needed nothing."""

    words = Words(
        "{number} has its run, which goes on: nothing of it is overdue.",
        "{number} 的运行正常：没有逾期的事项。",
    )
    number: str


class RunReplaced(Sentence):
    """An order whose run did not go on."""

    words = Words(
        "{number} did not go on ({why}): it has a new run.", "{number} 停滞（{why}）：已启动新的运行。"
    )
    number: str
    why: Sayable


class RunAgain(Sentence):
    """An order that had no run."""

    words = Words("{number} has a run again.", "{number} 已重新有运行。")
    number: str


class EventOfOrder(Sentence):
    """An order event about the whole order."""

    words = Words("{event:event}", "{event:event}")
    event: str


class EventOf(Sentence):
    """An order event about a component, or a release of it."""

    words = Words("{event:event} {about}", "{about} {event:event}")
    event: str
    about: str


class EventNoted(Sentence):
    """An order event that was news."""

    words = Words(
        "{event} of {order} is noted; its event id is {event_id}.",
        "已记录 {order} 的渠道事件：{event}；事件编号为 {event_id}。",
    )
    event: Sayable
    order: str
    event_id: str


class EventKnown(Sentence):
    """An order event that was known."""

    words = Words(
        "{event} of {order} was known already, and nothing changed; its event id is {event_id}.",
        "{order} 的渠道事件 {event} 此前已记录，没有变化；事件编号为 {event_id}。",
    )
    event: Sayable
    order: str
    event_id: str


class RefundIs(Sentence):
    """What became of a refund."""

    words = Words("Refund {refund} is {state}.", "退款 {refund}：{state:refund}。")
    refund: str
    state: str


class RefundIsStill(Sentence):
    """What had become of a refund before."""

    words = Words("Refund {refund} is {state}, as before.", "退款 {refund}：{state:refund}，与之前相同。")
    refund: str
    state: str


class IsItMeant(Sentence):
    """The question before what nobody can undo."""

    words = Words("{order}: {what}? This cannot be undone", "{order}：{what}？此操作无法撤销")
    what: str
    order: str

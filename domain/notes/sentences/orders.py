"""What an order's page says above its tables, and lists of orders."""

from datetime import datetime

from domain.money import Money
from domain.notes.sentences.sentence import Sayable, Sentence
from domain.notes.words import Words


class OrderStands(Sentence):
    """An order, and how much of it is open."""

    words = Words(
        "Order {number} is {state:order}: {still_open} of {of} deliveries are open",
        "订单 {number}：{state:order}，{of} 张发放单中 {still_open} 张未完结",
    )
    number: str
    state: str
    still_open: int
    of: int


class OrderOwes(Sentence):
    """What is paid back of an order."""

    words = Words("{order}; refund: {refund}", "{order}；退款：{refund}")
    order: Sayable
    refund: Sayable


class OrderTitle(Sentence):
    """The first line of an order's page."""

    words = Words("Order {number} ({order_id}): {state:order}", "订单 {number}（{order_id}）：{state:order}")
    number: str
    order_id: str
    state: str


class BundleSold(Sentence):
    """Which bundle, how often, for how much."""

    words = Words(
        "{bundle} version {version} x{quantity} for {price}", "{bundle} 版本 {version} × {quantity}，{price}"
    )
    bundle: str
    version: int
    quantity: int
    price: Money


class PlacedAs(Sentence):
    """The answer to a placed order."""

    words = Words(
        "Order {number} is {state:order} as {order_id}: {sold}",
        "订单 {number}：{state:order}，编号 {order_id}：{sold}",
    )
    number: str
    state: str
    order_id: str
    sold: Sayable


class AcceptedOn(Sentence):
    """Since when there is an order."""

    words = Words("Accepted {at}", "受理于 {at}")
    at: datetime


class AcceptedAndClosed(Sentence):
    """From when to when an order lasted."""

    words = Words("Accepted {at}, closed {closed}", "受理于 {at}，完结于 {closed}")
    at: datetime
    closed: datetime


class BuyerErased(Sentence):
    """Nobody knows any more who bought it."""

    words = Words(
        "Its buyer was erased {at}: what the books need is left, and nothing more can be done about it",
        "买家信息已于 {at} 清除：仅保留账务所需内容，不能再作任何操作",
    )
    at: datetime


class StateErased(Sentence):
    """How an order ended, whose buyer was erased."""

    words = Words("{state:order}, erased", "{state:order}，已清除")
    state: str


class RejectedFor(Sentence):
    """Why an order was not accepted."""

    words = Words("Rejected: {refusal}: {why}", "已拒绝：{refusal}：{why}")
    refusal: str
    why: str | None


class RefundOf(Sentence):
    """What is paid back, in a line."""

    words = Words("Refund: {refund}", "退款：{refund}")
    refund: Sayable


class RefundPart(Sentence):
    """An amount that is paid back, and how far that is."""

    words = Words("{amount} {state:refund}", "{amount} {state:refund}")
    amount: Money
    state: str


class PaymentGone(Sentence):
    """The buyer's bank has the payment back."""

    words = Words(
        "Its payment is gone since {since} ({why}): nothing more of it is released or owed; "
        "`{command}` once it is there again",
        "款项自 {since} 起被撤回（{why}）：不再发放，也不再退款；款项恢复后执行 `{command}`",
    )
    since: datetime
    why: Sayable
    command: str


class PaymentGoneTwice(Sentence):
    """The buyer's bank has the payment back, and the channel has paid a part of it back as well."""

    words = Words(
        "Its payment is gone since {since} ({why}): nothing more of it is released or owed; {paid} was paid "
        "back besides, which the buyer has twice; `{command}` once it is there again",
        "款项自 {since} 起被撤回（{why}）：不再发放，也不再退款；此外已退款 {paid}，买家重复得到该款；"
        "款项恢复后执行 `{command}`",
    )
    since: datetime
    why: Sayable
    paid: Money
    command: str


class PausedSince(Sentence):
    """An order that somebody paused."""

    words = Words(
        "Paused since {since}: {why}; {ends}; `{command}` lets it go on",
        "自 {since} 起暂停：{why}；{ends}；执行 `{command}` 恢复",
    )
    since: datetime
    why: Sayable
    ends: Sayable
    command: str


class EndsAt(Sentence):
    """A pause that ends by itself, and what follows."""

    words = Words("it goes on by itself at {at}, and then {follows}", "将于 {at} 自动恢复，届时{follows}")
    at: datetime
    follows: Sayable


class EndsByHand(Sentence):
    """A pause that somebody has to end, and what follows."""

    words = Words("once somebody lets it go on, {follows}", "待人工恢复，届时{follows}")
    follows: Sayable


class MissedComes(Sentence):
    """What was missed during a pause comes at its end."""

    words = Words("all that it missed comes together", "错过的批次一并发放")


class ScheduleMoves(Sentence):
    """The schedule moves at the end of a pause."""

    words = Words("what is not released moves by the length of the pause", "未发放的批次按暂停时长顺延")


class PausedFor(Sentence):
    """Why it was paused: the reason's name, and what was said."""

    words = Words("{reason}: {note}", "{note}（{reason}）")
    reason: str
    note: Sayable


class GateOpened(Sentence):
    """A component's condition was met."""

    words = Words("{component} waited for {what}, until {at}", "{component} 所等的条件已满足：{what}（{at}）")
    component: str
    what: Sayable
    at: datetime | None


class GateGivenUp(Sentence):
    """A component's condition was not met."""

    words = Words(
        "{component} was given up at {at}: it waited in vain for {what}",
        "{component} 已于 {at} 放弃：未等到 {what}",
    )
    component: str
    what: Sayable
    at: datetime | None


class GateWaits(Sentence):
    """A component waits for its condition, without an end."""

    words = Words("{component} waits for {what}", "{component} 等待 {what}")
    component: str
    what: Sayable


class GateWaitsUntil(Sentence):
    """A component waits for its condition, and what is done at the end."""

    words = Words(
        "{component} waits for {what}, until {by}, then {otherwise:otherwise}",
        "{component} 等待 {what}，截至 {by}，届时{otherwise:otherwise}",
    )
    component: str
    what: Sayable
    by: datetime
    otherwise: str


class AccountMissing(Sentence):
    """An account that nobody has given."""

    words = Words(
        "No account {account} yet, for {components}; `{command}` gives it",
        "尚缺充值账号 {account}，用于 {components}；用 `{command}` 绑定",
    )
    account: Sayable
    components: tuple[str, ...]
    command: str


class Shortened(Sentence):
    """Not all of a large order is shown."""

    words = Words(
        "Shortened; `{command}` shows every delivery, attempt and event",
        "已省略部分内容；`{command}` 显示全部发放单、提交和事件",
    )
    command: str


class InTemporal(Sentence):
    """Where an order's run is found."""

    words = Words("In Temporal: workflow {workflow}", "Temporal 工作流：{workflow}")
    workflow: str


class InTemporalAt(Sentence):
    """Where an order's run is found, with its page."""

    words = Words("In Temporal: workflow {workflow}, {address}", "Temporal 工作流：{workflow}，{address}")
    workflow: str
    address: str


class TimelineWithout(Sentence):
    """The title of a timeline that is shortened."""

    words = Words("Timeline, without the first {events} events", "时间线（省略最早的 {events} 条）")
    events: int


class ByWhom(Sentence):
    """Who did something, and why."""

    words = Words("by {actor}: {reason}", "{actor}：{reason}")
    actor: str
    reason: str


class NoOrders(Sentence):
    """An empty list."""

    words = Words("No orders.", "没有订单。")


class NotOpened(Sentence):
    """An order of which something sealed does not open."""

    words = Words("{number} does not open: {why}", "{number} 无法解密：{why}")
    number: str
    why: Sayable


class WithheldEvents(Sentence):
    """An order of which receivers are not notified."""

    words = Words("{number}: {why}", "{number}：{why}")
    number: str
    why: Sayable


class NothingWaits(Sentence):
    """An empty list of what waits."""

    words = Words("Nothing waits for anybody.", "没有等待处理的内容。")


class Stuck(Sentence):
    """An order that does not go on."""

    words = Words(
        "{number} is stuck: {why}; `{command}` gives it a new run",
        "{number} 停滞：{why}；执行 `{command}` 为其启动新的运行",
    )
    number: str
    why: Sayable
    command: str

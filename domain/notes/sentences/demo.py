"""What the demonstration tells at its end."""

from domain.money import Money
from domain.notes.sentences.sentence import Sayable, Sentence
from domain.notes.words import Words


class AllIsWell(Sentence):
    """Nothing differs."""

    words = Words("All is as it must be, after {seconds} s.", "一切如预期，用时 {seconds} 秒。")
    seconds: str


class NotAsItMustBe(Sentence):
    """Something differs; what, follows."""

    words = Words("Not as it must be:", "与预期不符：")


class DemoOrder(Sentence):
    """How an order of the demonstration ended."""

    words = Words("{number}: {state:order}, {price}", "{number}：{state:order}，{price}")
    number: str
    state: str
    price: Money


class PlacedTimes(Sentence):
    """It was placed several times and is one order."""

    words = Words("{order}, placed {times} times", "{order}，下单 {times} 次")
    order: Sayable
    times: int


class RefundedInAll(Sentence):
    """What is paid back of it."""

    words = Words("Refund {refund}", "退款 {refund}")
    refund: Money


class NothingToRefund(Sentence):
    """All was delivered."""

    words = Words("Nothing to refund", "无需退款")


class SoldOverHttp(Sentence):
    """How the orders came; what was done with them follows."""

    words = Words(
        "Over HTTP, as any shop: {requests} requests to POST /v1/orders made {orders} orders",
        "经由 HTTP，与任何商店相同：{requests} 次 POST /v1/orders 请求，{orders} 个订单",
    )
    requests: int
    orders: int


class KeyRevealed(Sentence):
    """A buyer opened a key by a link, twice."""

    words = Words(
        "{order}: the buyer opens {title} by a link and sees {unit}; a second time: {said}",
        "{order}：买家通过链接查看{title}，显示{unit}；再次查看：{said}",
    )
    order: str
    title: str
    unit: str
    said: str


class RefundPaid(Sentence):
    """The shop has paid what is owed for an order, and said so."""

    words = Words(
        "{order}: the shop pays back {amount} and confirms each refund ({refunds})",
        "{order}：商店退款 {amount}，并逐笔确认（{refunds} 笔）",
    )
    order: str
    amount: Money
    refunds: int


class AnsweredWithoutPrice(Sentence):
    """Purchases whose price is assumed."""

    words = Words(
        "{purchases} purchases were answered without a price; the book counts the agreed one.",
        "{purchases} 笔采购的答复未含价格，账簿按约定价格计。",
    )
    purchases: int


class LookAt(Sentence):
    """Where more is to be seen; the places follow."""

    words = Words("Look at", "查看")


class TemporalUi(Sentence):
    """The address of Temporal's UI."""

    words = Words("{address}  (Temporal's UI)", "{address}  （Temporal 界面）")
    address: str


class RunOrCommand(Sentence):
    """Where an order is seen."""

    words = Words("{run}  or  {command}", "{run}  或  {command}")
    run: str
    command: str


class OpensAgain(Sentence):
    """How the same data is opened again."""

    words = Words(
        "`make up` opens the same data again ({home}).", "`make up` 可再次打开同一份数据（{home}）。"
    )
    home: str

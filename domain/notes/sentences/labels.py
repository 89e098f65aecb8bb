"""Titles and columns of the tables that people read."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.notes.words import Language, Words

DELIVERIES = Words("Deliveries", "发放单")
ATTEMPTS = Words("Attempts", "提交")
CASES = Words("Cases", "售后单")
TIMELINE = Words("Timeline", "时间线")
ORDERS = Words("Orders", "订单")
WAITS = Words("What waits", "等待处理")
CONNECTIONS = Words("Connections", "货源账户")
OUR_KEYS = Words("Our own stock", "自有库存")
ENDPOINTS = Words("Webhook endpoints", "事件接收地址")
SENT_EVENTS = Words("What it was sent", "已发送事件")

DELIVERY = Words("delivery", "发放单")
WHAT = Words("what", "内容")
UNITS = Words("units", "件数")
SHARE = Words("share", "价格份额")
STATE = Words("state", "状态")
DUE = Words("due", "到期")
WHY = Words("why", "原因")
NEXT = Words("next / delivered", "下一步 / 发放时间")
REFUND = Words("refund", "退款")
ATTEMPT = Words("attempt", "提交")
SUPPLIER = Words("supplier", "货源")
CODE = Words("code", "代码")
SENT = Words("sent", "发送次数")
CHARGED = Words("charged", "扣款")
PAID_BACK = Words("paid back", "退回")
OUR_NUMBER = Words("our number", "我方单号")
THEIR_NUMBER = Words("their number", "货源单号")
NUMBER = Words("#", "#")
ABOUT = Words("about", "事由")
BY = Words("by", "发起人")
OPENED = Words("opened", "发起时间")
OUTCOME = Words("outcome", "结果")
AT = Words("at", "时间")
EVENT = Words("what", "事件")
DETAILS = Words("told", "说明")
ORDER = Words("order", "订单")
BUNDLE = Words("bundle", "组合商品")
PRICE = Words("price", "价格")
ACCEPTED = Words("accepted", "受理")
CLOSED = Words("closed", "完结")
SINCE = Words("since", "自")
UNTIL = Words("until", "截至")
NOTE = Words("note", "备注")
NAME = Words("name", "名称")
PROTOCOL = Words("protocol", "协议")
PURCHASES = Words("purchases", "采购队列")
QUESTIONS = Words("questions", "查询队列")
FARES = Words("fares", "状况")
PRODUCT = Words("product", "商品")
FREE = Words("free", "可用")
HELD = Words("held", "付款前预占")
RESERVED = Words("reserved", "已预留")
ISSUED = Words("issued", "已发放")
EXPIRED = Words("expired", "已过期")
VOID = Words("void", "已作废")

OLD = Words("old", "原状态")
NEW = Words("new", "新状态")
HOLD_REASON = Words("hold_reason", "挂起原因")
AMOUNT = Words("amount", "金额")


COMPONENT = Words("component", "组件")
WAITS_FOR = Words("waits for", "等待条件")
REFUND_BEFORE = Words("refund before", "此前可退款")
REFUND_AFTER = Words("after", "此后可退款")
IF_NOTHING = Words("if nothing happens", "若无任何上报")
UNDOABLE = Words("can be taken back", "可撤回")
REFUNDABLE = Words("What can be paid back", "可退款金额")
ONCE_DELIVERED = Words("once delivered", "发放之后")
REFUNDABLE_THEN = Words("refundable then", "届时可退")
BY_THE_POLICY = Words("taken back by the policy", "按策略撤回")
STOCK_AND_PRICE = Words("Stock and price", "库存与价格")
CONNECTION = Words("connection", "货源账户")
SAYS = Words("says", "答复")
AVAILABLE = Words("available", "库存")
IN_OUR_CATALOGUE = Words("in our catalogue", "目录价")
REMARK = Words("remark", "提示")
KEYS = Words("What lies under each key of the ring", "密钥环中各密钥所封存的内容")
KEY = Words("key", "密钥")
HERE = Words("here", "本机")
DATA_KEYS = Words("data keys", "数据密钥")
STOCK_KEYS = Words("own stock", "自有库存")
CALLBACKS = Words("callbacks", "回调")
WEBHOOK_SECRETS = Words("webhook secrets", "通知密钥")
SIGNING_SECRETS = Words("signing secrets", "签名密钥")
SIGNATURES_REQUIRED = Words("must sign", "必须签名")
OPEN_RUNS = Words("open runs", "未完结运行")
CLOSED_RUNS = Words("closed runs", "已完结运行")
GONE_AT = Words("those are gone", "最晚清除时间")
ADDRESS = Words("address", "地址")
CHANNEL = Words("channel", "销售渠道")
EVENTS = Words("events", "事件")
TO_SEND = Words("to send", "待发送")
NOT_TAKEN = Words("not taken", "未接收")
TRIES = Words("tries", "次数")
NEXT_TRY = Words("next try", "下次发送")
LAST_ANSWER = Words("last answer", "最近答复")
STATUS = Words("status", "状态码")
TOOK = Words("took", "耗时")
MODE = Words("mode", "模式")
LABEL = Words("label", "标签")
MAY = Words("may", "权限")
MADE = Words("made", "创建时间")
ENDS = Words("ends", "失效时间")
GOES_TO = Words("to / what", "去向 / 内容")
IN_LEDGER = Words("in ledger", "账本笔数")
SALES = Words("sales", "售出笔数")
DEBITS = Words("debits", "扣款")
CREDITS = Words("credits", "退款入账")
BOUGHT_HERE = Words(
    "Everything ever bought on this stack: the suppliers' ledgers, and our book",
    "本机环境的全部采购：货源账本与本方账簿",
)

TEXTS = frozenset(
    {
        WHY,
        NEXT,
        REFUND,
        ABOUT,
        BY,
        OUTCOME,
        DETAILS,
        NOTE,
        FARES,
        WAITS_FOR,
        UNDOABLE,
        SAYS,
        REMARK,
        GOES_TO,
        LAST_ANSWER,
        MAY,
        LABEL,
        UNTIL,
    }
)
"""What holds prose; every other column has names, numbers and moments."""


class Column(NamedTuple):
    """One field of records. `text` is prose, which may be folded; anything else stays whole."""

    title: str
    right: bool = False
    text: bool = False


def columns(lang: Language, labels: Sequence[Words], *, right: Sequence[Words] = ()) -> list[Column]:
    """Columns of records in a language, some of them set to the `right`."""
    return [Column(label.say(lang), label in right, label in TEXTS) for label in labels]

"""What a run writes into Temporal for people: names of its timers and calls, and the table of deliveries."""

from domain.notes.words import Words

ACCEPT = Words("accept", "接单")
RECALL = Words("recall", "读取账本")
RECALL_MORE = Words("recall more", "继续读取账本")
HOLD = Words("hold: {reason:reason}", "挂起：{reason:reason}")
REMEMBER = Words("remember", "补记账本")
RESUME = Words("resume", "继续")
GIVE_UP = Words("give up", "放弃")
ACT = Words("{act:act} by {actor}", "{actor} 执行“{act:act}”")
END_PAUSE = Words("end the pause", "结束暂停")
BEGIN_CASE = Words("begin", "开始")
REISSUE = Words("reissue", "补发")
CLOSE_CASE = Words("close", "结案")
SETTLE = Words("settle", "结算")
BUY = Words("{what}: buy from {supplier}", "{what}：向 {supplier} 购买")
ASK = Words("{what}: ask {supplier}", "{what}：向 {supplier} 查询")
TAKE_BACK = Words("{what}: take back from {supplier}", "{what}：向 {supplier} 申请撤回")
ASK_WHETHER_IT_STANDS = Words(
    "{what}: ask {supplier} whether it stands", "{what}：向 {supplier} 查询是否仍有效"
)

MAY_BE_RELEASED = Words("may {what} be released", "{what} 是否可以放行")
AWAIT = Words("{what} may be released", "等待 {what} 可以放行")
RELEASE = Words("release {what}", "放行 {what}")
ASK_ABOUT = Words("ask about {what}", "查询 {what}")
HELD = Words("{what} waits: {reason:reason}", "{what} 等待中：{reason:reason}")
HELD_TILL_THEN = Words("{what} waits for the order to go on", "{what} 等待订单恢复")
COMES_DUE_PAUSED = Words(
    "{what} comes due, and is held: the order is paused", "{what} 到期并挂起：订单已暂停"
)
GOES_ON = Words("the order goes on, and all that it missed comes together", "订单恢复，错过的批次一并发放")
GOES_ON_MOVED = Words(
    "the order goes on, and what is not released moves by the length of the pause",
    "订单恢复，未发放的批次按暂停时长顺延",
)
TAKEN_BACK = Words("ask whether {what} was taken back", "查询 {what} 是否已撤回")
STILL_STANDS = Words("ask whether {what} still stands", "查询 {what} 是否仍有效")
REFUND_OF_FAILED = Words("the refund of {what} failed", "{what} 退款失败")

HEADINGS = Words(
    "| delivery | supplier | state | reason | next | note |",
    "| 发放单 | 货源 | 状态 | 原因 | 下一步 | 备注 |",
)
DELIVERIES = Words("{number} deliveries: {counts}", "共 {number} 笔发放：{counts}")
COUNT = Words("{number} {state:state}", "{state:state} {number} 笔")
MORE = Words("{number} more: `perkflow order show`", "另有 {number} 笔：`perkflow order show`")
WAITS_UNTIL = Words("waits for its condition, or until {at}", "等待条件，或至 {at}")
BUY_AT = Words("buy {at}", "{at} 购买")
ASK_AT = Words("ask the supplier {at}", "{at} 向货源查询")
WAITS_FOR_A_PERSON = Words("waits for a person until {at}", "等待人工处理，至 {at}")
WAITS_FOR_THE_ORDER = Words("goes on with the order", "随订单恢复")
GOES_ON_AT = Words("goes on by itself {at}", "{at} 自动恢复")
FIRST_AND_THEN = Words("{first}; {then}", "{first}；{then}")
STATE = Words("**{state:order}**", "**{state:order}**")

PAUSED = Words("paused until somebody lets it go on", "已暂停，等待人工恢复")
PAUSED_UNTIL = Words("paused until {at}", "已暂停，至 {at}")
MISSED_COMES = Words("then all that it missed comes together", "届时错过的批次一并发放")
SCHEDULE_MOVES = Words(
    "then what is not released moves by the length of the pause", "届时未发放的批次按暂停时长顺延"
)

EVERYTHING = Words(
    "Everything about it: `perkflow order show {order}`", "全部详情：`perkflow order show {order}`"
)
ADOPTED = Words("{order}, adopted from the book", "{order}，由账本接管")
AFTER_RESTORE = Words("{order}, after the book was put back to a copy", "{order}，账本恢复之后")
CASE = Words("{kind:case} of a delivery of {order}", "{order} 的发放单：{kind:case}")
PLACED = Words("{order}: {quantity} x {bundle}", "{order}：{bundle} × {quantity}")

"""Notes about runs that do not go on, orders that do not open, and refunds."""

from datetime import datetime

from domain.notes.note import Note
from domain.notes.words import Words


class WorkflowTaskFails(Note, code="workflow_task_fails"):
    """A run whose workflow task keeps failing."""

    words = Words("its workflow task was tried {times} times in vain", "其 workflow task 已失败 {times} 次")
    times: int


class NothingOpen(Note, code="nothing_open"):
    """Nothing of an order is open, and it is not settled."""

    words = Words(
        "nothing of it is open since {since}, and it is not settled",
        "自 {since} 起已无未结发放单，但订单未结清",
    )
    since: datetime


class ActionOverdue(Note, code="action_overdue"):
    """The next action of a delivery was not done at its time."""

    words = Words(
        "{component} #{number} was to be {action:overdue} at {at}",
        "{component} #{number} 本应于 {at} {action:overdue}",
    )
    component: str
    number: str
    action: str
    at: datetime


class PauseOverdue(Note, code="pause_overdue"):
    """A pause did not end at its instant."""

    words = Words("its pause was to end at {at}", "暂停本应于 {at} 结束")
    at: datetime


class DecisionOverdue(Note, code="decision_overdue"):
    """A case was not decided at its deadline."""

    words = Words("it was to be decided at {at}", "本应于 {at} 作出决定")
    at: datetime


class OwedFor(Note, code="owed_for"):
    """What a refund is owed for."""

    words = Words("{component} {state:state}", "{component} {state:state}")
    component: str
    state: str


class OwedAgain(Note, code="owed_again"):
    """A refund that failed, and is owed again."""

    words = Words("{first}, again", "{first}（再次）")
    first: Note


class DataKeyGone(Note, code="data_key_gone"):
    """An order has no data key, so that nothing sealed for it opens."""

    words = Words("its data key is gone, so its accounts do not open", "其数据密钥已不存在，充值账号无法解密")


class RingLacksKey(Note, code="ring_lacks_key"):
    """An order's data key lies under a key that is not in the ring."""

    words = Words(
        "its data key lies under the key {key}, which is not in the ring: put it behind the others",
        "其数据密钥由密钥 {key} 加密，而密钥环中没有该密钥：请将其加到其他密钥之后",
    )
    key: str


class DataKeyNotOpened(Note, code="data_key_not_opened"):
    """An order's data key was changed in the database."""

    words = Words("its data key does not open: it was changed", "其数据密钥无法解密：内容已被改动")


class AccountNotOpened(Note, code="account_not_opened"):
    """An account of an order was changed in the database, or is gone from it."""

    words = Words(
        "its account {account} does not open: it is gone, or was changed",
        "其充值账号 {account} 无法解密：已不存在或内容已被改动",
    )
    account: str


class EventsWithheld(Note, code="events_withheld"):
    """An order of whose events none can be made public."""

    words = Words(
        "its events are not sent from number {seq} on ({error}): the worker's log has why; "
        "they follow by themselves once that is mended",
        "自第 {seq} 条起其事件未能发出（{error}）：原因见 worker 日志，修复后会自动补发",
    )
    seq: int
    error: str


NOT_OPENED = (DataKeyGone, RingLacksKey, DataKeyNotOpened, AccountNotOpened)

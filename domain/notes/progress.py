"""Notes about how a delivery goes on."""

from domain.notes.note import Note
from domain.notes.words import Words


class Submitted(Note, code="submitted"):
    """The purchase was sent."""

    words = Words("submitted to {supplier}", "已提交给 {supplier}")
    supplier: str


class OrderUndone(Note, code="order_undone"):
    """The order is being undone, so nothing more is bought."""

    words = Words("the order is undone", "订单正在撤销")


class TriedAgain(Note, code="tried_again"):
    """A hold ended by itself."""

    words = Words("tried again after a hold", "挂起后自动重试")


class ConditionFailed(Note, code="condition_failed"):
    """What its component waits for did not happen, or cannot any more."""

    words = Words(
        "what it waits for did not happen, or cannot any more", "所等待的条件未发生，或已不可能发生"
    )


class NoAccount(Note, code="no_account"):
    """The order came without the account that it goes to."""

    words = Words(
        "the order names no account {account}: bind one, and it goes on",
        "订单未提供账号 {account}：绑定后即可继续",
    )
    account: str


class SupplierPaused(Note, code="supplier_paused"):
    """A person paused the supplier's connection."""

    free = frozenset({"reason"})
    words = Words("{supplier} was paused by {actor}: {reason}", "{supplier} 已由 {actor} 暂停：{reason}")
    supplier: str
    actor: str
    reason: str


class SupplierSilent(Note, code="supplier_silent"):
    """The supplier is left alone, since it did not answer."""

    words = Words("{supplier} did not answer {times} times in a row", "{supplier} 连续 {times} 次没有答复")
    supplier: str
    times: int


class SupplierAnswers(Note, code="supplier_answers"):
    """The supplier answers again, so what waited for it goes on."""

    words = Words("{supplier} answers again", "{supplier} 已恢复答复")
    supplier: str


class SupplierResumed(Note, code="supplier_resumed"):
    """A person lets the supplier's connection be bought from again."""

    words = Words("{supplier} was resumed", "{supplier} 已恢复采购")
    supplier: str


class SupplierSells(Note, code="supplier_sells"):
    """The supplier sells to us again, so what waited for it goes on."""

    words = Words("{supplier} sells again", "{supplier} 已恢复销售")
    supplier: str


class ProductIsBack(Note, code="product_is_back"):
    """The supplier has the product again, so what waited for it goes on."""

    words = Words("{supplier} has {product} again", "{supplier} 的 {product} 已恢复供应")
    supplier: str
    product: str


class Woken(Note, code="woken"):
    """What a delivery was held for, and what ended that."""

    words = Words("{before}; {why}", "{before}；{why}")
    before: Note
    why: Note


class NobodyDidTheWork(Note, code="nobody_did_the_work"):
    """An activity was not done in time."""

    words = Words(
        "nobody did the work in time; is a worker polling its queues?",
        "没有工作进程按时完成；请确认有 worker 在监听该队列",
    )


class AnErrorInPerkflow(Note, code="error_in_perkflow"):
    """An activity failed, with this kind of error."""

    words = Words("an error in Perkflow ({what})", "Perkflow 内部错误（{what}）")
    what: str


class Restored(Note, code="restored"):
    """The book was restored from an older copy, and its supplier is asked."""

    words = Words(
        "the book was put back to an older copy: its supplier is asked",
        "账本恢复到较早的备份：正在向货源查询",
    )


class RestoredWith(Note, code="restored_with"):
    """The book was restored from an older copy, and its run knew more."""

    words = Words(
        "the book was put back to an older copy; its run had it as {state:state}",
        "账本恢复到较早的备份；流程记录为“{state:state}”",
    )
    state: str


class GoneWithTheCopy(Note, code="gone_with_the_copy"):
    """What was issued from our own stock was lost when the book was restored."""

    words = Words("what was issued was lost when the book was put back", "账本恢复时，已发放的内容丢失")


def again(before: Note | None, why: Note) -> Note:
    """What a delivery was held for, and what ended that now; how it was woken before is left out."""
    first = before.before if isinstance(before, Woken) else before
    return Woken(before=first, why=why) if first else why

"""Notes about taking back, asking again, cases and refunds."""

from domain.notes.general import Said
from domain.notes.note import Note
from domain.notes.words import Words


class RevokedBySupplier(Note, code="revoked"):
    """The supplier took it back."""

    words = Words("taken back", "货源已撤回")


class Kept(Note, code="kept"):
    """The buyer keeps it."""

    words = Words("kept: {why}", "保留在买家处：{why}")
    why: Note


class NotRevokedInTime(Note, code="not_revoked_in_time"):
    """The supplier did not decide in time."""

    words = Words("not taken back within {days} days", "{days} 天内未能撤回")
    days: int


class BeingRevoked(Note, code="being_revoked"):
    """The supplier was asked to take it back."""

    words = Words("being taken back: {why}", "正在撤回：{why}")
    why: Note


class SupplierDecides(Note, code="supplier_decides"):
    """The supplier has not decided yet."""

    words = Words("the supplier is deciding", "货源正在处理")


class WaitsForCase(Note, code="waits_for_case"):
    """A case about it has to end first."""

    words = Words("waits for case {case}", "等待售后单 {case}")
    case: int


class ByHandNobodyTakesBack(Note, code="by_hand_nobody_takes_back"):
    """A person delivered it, so no supplier can take it back."""

    words = Words("delivered by hand: there is nobody to take it back", "人工发放：没有货源可以撤回")


class AskedWhetherItStands(Note, code="asked_whether_it_stands"):
    """The supplier is asked whether it took the delivery back."""

    words = Words("asked whether it was taken back", "正在查询是否已被撤回")


class RevokedLater(Note, code="revoked_later"):
    """The supplier took units back after they were delivered."""

    words = Words(
        "the supplier took {units} of {of} back after it was delivered",
        "货源在发放之后撤回了 {of} 件中的 {units} 件",
    )
    units: int
    of: int


class StandsUnconfirmed(Note, code="stands_unconfirmed"):
    """No answer told whether a delivery still stands."""

    words = Words(
        "asked {times} times in vain whether it still stands", "已 {times} 次查询是否仍然有效，均无结果"
    )
    times: int


class CostUnconfirmed(Note, code="cost_unconfirmed"):
    """No answer told what a purchase cost."""

    words = Words("asked {times} times in vain what it cost", "已 {times} 次查询成本，均无结果")
    times: int


class LastTime(Note, code="last_time"):
    """What was answered the last time."""

    words = Words("the last time: {why}", "最近一次：{why}")
    why: Note


class Reissued(Note, code="reissued"):
    """A case lets it be bought again."""

    words = Words("reissued by case {case}", "由售后单 {case} 补发")
    case: int


class Replaced(Note, code="replaced"):
    """A case wrote off what could not be used, and lets it be bought again."""

    words = Words(
        "bought again at our cost by case {case}: what was there cannot be used",
        "由售后单 {case} 换新，费用由我方承担：原件无法使用",
    )
    case: int


class PaidOutOfGoodwill(Note, code="paid_out_of_goodwill"):
    """What was delivered is paid back, and the buyer keeps it."""

    words = Words("paid back out of goodwill, and kept", "仅退款，买家保留")


class OwedOutOfGoodwill(Note, code="owed_out_of_goodwill"):
    """Why a refund is owed for what the buyer keeps."""

    words = Words("{component} out of goodwill", "{component} 仅退款")
    component: str


class RefundFailed(Note, code="refund_failed"):
    """The channel could not pay its refund."""

    words = Words(
        "the channel could not pay its refund; decided again by itself at the deadline",
        "渠道未能退款；到期后自动重新发起",
    )


class CaseOpened(Note, code="case_opened"):
    """Somebody opened a case."""

    words = Words("{kind:case} by {actor}", "{actor} 发起{kind:case}")
    kind: str
    actor: str


def why_opened(kind: str, reason: str) -> Note:
    """Why a case of a kind was opened: in a person's words, or as its kind tells."""
    if reason:
        return Said(text=reason)
    return RefundFailed() if kind == "refund_failed" else ReversalStated()


class EndedAs(Note, code="ended_as"):
    """How the delivery of a case ended."""

    words = Words("{state:state}", "{state:state}")
    state: str


class RefundDecidedAgain(Note, code="refund_decided_again"):
    """A refund that failed was decided again."""

    words = Words("decided again", "已重新发起退款")


class RefundSettledElsewhere(Note, code="refund_settled_elsewhere"):
    """A refund that failed was settled outside of Perkflow."""

    words = Words("settled elsewhere", "已在别处结清")


class RefundNotDecided(Note, code="refund_not_decided"):
    """A refund that failed is not owed, since the payment was taken back."""

    words = Words("not decided: its payment was taken back", "不再退款：付款已被撤回")


class PaidTwice(Note, code="paid_twice"):
    """A refund was paid whose payment the bank had taken back as well."""

    words = Words(
        "the buyer has it twice: his bank has taken the payment back as well",
        "买家重复得到退款：银行也已将付款退回",
    )


class ReversalStated(Note, code="reversal_stated"):
    """The supplier says that a delivery does not stand any more."""

    words = Words("its supplier says that it does not stand any more", "货源称该发放已不再有效")

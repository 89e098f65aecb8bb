"""Notes about what suppliers answer."""

from domain.notes.note import Note
from domain.notes.words import Words


class Refused(Note, code="refused"):
    """A supplier refused a purchase, with this code."""

    words = Words("{refusal}: {why}", "{refusal}：{why}")
    refusal: str
    why: Note


class OnlySomeUnits(Note, code="only_some_units"):
    """Fewer units were issued than were bought."""

    words = Words("only {units} units were issued", "只发放了 {units} 件")
    units: int


class Accepted(Note, code="accepted"):
    """The supplier accepted the order and has not finished it."""

    words = Words("accepted by the supplier", "货源已受理")


class AskedInVain(Note, code="asked_in_vain"):
    """The supplier was asked, and no answer was clear."""

    words = Words("asked {times} times", "已查询 {times} 次")
    times: int


class DeniesWhatItAccepted(Note, code="denies_what_it_accepted"):
    """The supplier had accepted the order, and says that it has none."""

    words = Words(
        "the supplier had accepted the order, and now says that it has none",
        "货源曾受理该订单，现在却称不存在",
    )


class NotKnownYet(Note, code="not_known_yet"):
    """The supplier says that it has no such order, which cannot be believed yet."""

    words = Words("the supplier does not know the order yet", "货源暂时查不到该订单")


class NeverReceived(Note, code="never_received"):
    """The supplier has no such order: it is sent again under the same key."""

    words = Words(
        "the supplier never received the order: sent again under the same number",
        "货源从未收到该订单：以同一单号重新提交",
    )


class NeverReceivedAndClosed(Note, code="never_received_and_closed"):
    """The supplier has no such order, and nobody wants it any more."""

    words = Words("the supplier never received the order", "货源从未收到该订单")


class SentInVain(Note, code="sent_in_vain"):
    """The supplier knows no order however often it was sent."""

    words = Words(
        "sent {times} times, and the supplier still does not know the order",
        "已提交 {times} 次，货源仍查不到该订单",
    )
    times: int


class CannotBeAsked(Note, code="cannot_be_asked"):
    """What became of a purchase is not known, and its supplier offers no query."""

    words = Words(
        "this supplier cannot be asked, and a second try could buy twice",
        "该货源不支持查询，再次提交可能重复购买",
    )


class NotResolved(Note, code="not_resolved"):
    """What became of a purchase is not known after days."""

    words = Words("not resolved for {days} days", "已 {days} 天未有结果")
    days: int


class StatedOtherwise(Note, code="stated_otherwise"):
    """A callback contradicts the answer that was on its way at the same time."""

    words = Words(
        "{supplier} reported something else ({stated:stated}) meanwhile: asked once more",
        "{supplier} 同时回调了不同的结果（{stated:stated}）：再次查询",
    )
    supplier: str
    stated: str


class Unreachable(Note, code="unreachable"):
    """No connection to the supplier."""

    words = Words("{supplier} cannot be reached", "无法连接 {supplier}")
    supplier: str


class TooBusy(Note, code="too_busy"):
    """The supplier is too busy to be bought from."""

    words = Words("{supplier} is too busy", "{supplier} 繁忙")
    supplier: str


class NoConnection(Note, code="no_connection"):
    """No connection to a supplier that is named elsewhere."""

    words = Words("no connection", "无法建立连接")


class NotKnown(Note, code="not_known"):
    """Nobody knows what became of a request."""

    words = Words("what became of the request is not known", "请求的结果未知")


class SameCredential(Note, code="same_credential"):
    """The supplier sent a credential that another delivery already has."""

    words = Words(
        "the supplier sent a credential that another delivery already has", "货源发来的卡密已用于另一笔发放"
    )


class RefusedAndDelivered(Note, code="refused_and_delivered"):
    """A callback says of a purchase that was refused that it was delivered."""

    words = Words(
        "{supplier} refused attempt {attempt}, and reports that it delivered",
        "{supplier} 曾拒绝第 {attempt} 次提交，现又回调称已发放",
    )
    supplier: str
    attempt: int


class RefusedAndSold(Note, code="refused_and_sold"):
    """A purchase that was refused was sold after all."""

    words = Words(
        "{supplier} refused attempt {attempt}, and sold it after all",
        "{supplier} 曾拒绝第 {attempt} 次提交，后来仍然售出",
    )
    supplier: str
    attempt: int


class RevokedAndSold(Note, code="revoked_and_sold"):
    """A purchase that was revoked was sold after all."""

    words = Words(
        "{supplier} took back attempt {attempt}, and sold it after all",
        "{supplier} 曾撤回第 {attempt} 次提交，后来仍然售出",
    )
    supplier: str
    attempt: int

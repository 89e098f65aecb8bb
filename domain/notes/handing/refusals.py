"""Notes about handing over what was delivered."""

from domain.notes.note import Note
from domain.notes.words import Words


class NotDeliveredYet(Note, code="not_delivered_yet"):
    """It is not delivered, or not any more."""

    words = Words("it is not delivered", "尚未发放")


class HandsOverNothing(Note, code="hands_over_nothing"):
    """A recharge or a parcel leaves no credential."""

    words = Words("it leaves nothing to show: it went to the account", "没有可查看的内容：已直接到账")


class PaymentIsGone(Note, code="payment_is_gone"):
    """The buyer's bank took the payment back."""

    words = Words("its payment was taken back", "订单款项已被退回")


class RevocationUnderWay(Note, code="revocation_under_way"):
    """Its supplier was asked to take it back."""

    words = Words("it is being taken back", "正在撤回")


class RevealedAlready(Note, code="revealed_already"):
    """The contract says how often it is shown."""

    words = Words("it was shown as often as was agreed ({times})", "已查看 {times} 次，达到约定的次数")
    times: int


class WasRevealed(Note, code="was_revealed"):
    """It could be taken back until it was revealed, and it was."""

    words = Words("it was revealed", "买家已查看")

"""Notes about what people and channels do."""

from datetime import datetime

from domain.notes.note import Note
from domain.notes.words import Words


class ActBy(Note, code="act_by"):
    """A person's act, and why."""

    free = frozenset({"reason"})
    words = Words("{act:act} by {actor}: {reason}", "{actor} 执行“{act:act}”：{reason}")
    act: str
    actor: str
    reason: str


class AccountGiven(Note, code="account_given"):
    """The account that the order came without was given."""

    free = frozenset({"reason"})
    words = Words("account given by {actor}: {reason}", "{actor} 已绑定充值账号：{reason}")
    actor: str
    reason: str


class PausedBy(Note, code="paused_by"):
    """A person paused the whole order."""

    free = frozenset({"reason"})
    words = Words("paused by {actor}: {reason}", "{actor} 已暂停：{reason}")
    actor: str
    reason: str


class PausedUntil(Note, code="paused_until"):
    """A pause that ends by itself."""

    words = Words("{why}, until {until}", "{why}，至 {until}")
    why: Note
    until: datetime


class PausedAndMoved(Note, code="paused_and_moved"):
    """A pause by whose length a schedule moves."""

    words = Words(
        "{why}; what is not released by its end moves by its length",
        "{why}；至结束时未发放的批次按暂停时长顺延",
    )
    why: Note


class PauseOver(Note, code="pause_over"):
    """The pause of an order ended at the instant that was asked for."""

    words = Words("the pause ended at {at}, as it was asked for", "暂停已按要求于 {at} 结束")
    at: datetime


class HoldOver(Note, code="hold_over"):
    """What somebody held goes on at the instant that was asked for."""

    words = Words("held no longer, as it was asked for", "已按要求到期恢复")


class MovedBy(Note, code="moved_by"):
    """An order goes on, and what was not released moved."""

    words = Words("{why}; what was not released moved by {length}", "{why}；未发放的批次顺延 {length}")
    why: Note
    length: str


class ResumedBy(Note, code="resumed_by"):
    """A person let the whole order go on."""

    free = frozenset({"reason"})
    words = Words("resumed by {actor}: {reason}", "{actor} 已恢复：{reason}")
    actor: str
    reason: str


class ChargedBack(Note, code="charged_back"):
    """The buyer's bank took the payment back."""

    words = Words("charged back", "已拒付")


class EventFrom(Note, code="event_from"):
    """Who reported an order event."""

    words = Words("reported by {actor}", "由 {actor} 上报")
    actor: str


def pause_told(why: Note, until: datetime | None, *, shift: bool) -> Note:
    """A pause and why, with what was asked for beside it: when it ends, and that its schedule moves."""
    told = PausedUntil(why=why, until=until) if until else why
    return PausedAndMoved(why=told) if shift else told

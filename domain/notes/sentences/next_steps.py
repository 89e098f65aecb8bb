"""What happens next about a delivery by itself."""

from datetime import datetime

from domain.notes.sentences.sentence import Sayable, Sentence
from domain.notes.words import Words


class HeldByPause(Sentence):
    """It comes due while its order is paused."""

    words = Words("held at {at}, since the order is paused", "订单已暂停，到 {at} 将挂起")
    at: datetime | None


class HeldOnceMet(Sentence):
    """What it waits for may happen while its order is paused, and no time is up meanwhile."""

    words = Words(
        "held once that holds, since the order is paused; its time is not up before the order goes on",
        "订单已暂停，条件满足后将挂起；订单恢复前不计时",
    )


class GoesOnWithOrderAt(Sentence):
    """It is held with its order, whose pause ends by itself."""

    words = Words("goes on with the order at {at}", "将于 {at} 随订单恢复")
    at: datetime


class GoesOnWithOrder(Sentence):
    """It is held with its order, until somebody lets that go on."""

    words = Words("goes on when the order does, and is not given up before", "待订单恢复后继续，此前不会放弃")


class GoesOnAt(Sentence):
    """Somebody held it until then."""

    words = Words("goes on by itself at {at}", "将于 {at} 自动恢复")
    at: datetime


class BoughtAt(Sentence):
    """It is bought at its moment."""

    words = Words("bought at {at}", "将于 {at} 采购")
    at: datetime


class NextIsBoughtAt(Sentence):
    """The first of several releases is bought at its moment."""

    words = Words("the next one is bought at {at}", "下一批将于 {at} 采购")
    at: datetime


class BoughtWhenDue(Sentence):
    """It is bought at the moment that is shown beside it."""

    words = Words("bought when it is due", "到期采购")


class BoughtAfterOthers(Sentence):
    """Other deliveries come first."""

    words = Words("bought once the deliveries it waits for are made", "待其所等的发放单完成后采购")


class BoughtNow(Sentence):
    """Its turn has come."""

    words = Words("bought now", "立即采购")


class AskedAt(Sentence):
    """Its supplier is asked what became of it."""

    words = Words("the supplier is asked at {at}", "将于 {at} 查询货源")
    at: datetime | None


class AskedWhileHeld(Sentence):
    """Its supplier is asked again while it waits for a person."""

    words = Words(
        "the supplier is asked again at {at}; a person has until {until}, and nothing is paid back before",
        "将于 {at} 再次查询货源；人工处理期限为 {until}，此前不会退款",
    )
    at: datetime | None
    until: datetime | None


class BoughtOnceMet(Sentence):
    """It is bought when its condition is met, whenever that is."""

    words = Words("bought once that holds", "条件满足后采购")


class BoughtOnceMetFrom(Sentence):
    """It is bought when its condition is met, and not before a moment."""

    words = Words("bought once that holds, from {since} on", "条件满足后采购，且不早于 {since}")
    since: datetime


class BoughtOnceMetOrAt(Sentence):
    """It is bought when its condition is met, or at a moment all the same."""

    words = Words("bought once that holds, or at {by}", "条件满足后采购，最迟于 {by} 照常采购")
    by: datetime


class BoughtOnceMetUntil(Sentence):
    """It is bought when its condition is met, and paid back when it is not in time."""

    words = Words(
        "bought once that holds; given up and paid back at {by}",
        "条件满足后采购；到 {by} 仍未满足则放弃并退款",
    )
    by: datetime


class PaidBackAt(Sentence):
    """Its hold ends by being given up."""

    words = Words("given up and paid back at {at}", "到 {at} 放弃并退款")
    at: datetime | None


class GivenUpAt(Sentence):
    """Its hold ends by being given up, and nothing is owed for it."""

    words = Words("given up at {at}", "到 {at} 放弃")
    at: datetime | None


class TriedAgainAt(Sentence):
    """It is tried again before its hold ends."""

    words = Words("tried again at {at}; {end}", "将于 {at} 自动重试；{end}")
    at: datetime
    end: Sayable


class LastAt(Sentence):
    """When the last of several releases was delivered."""

    words = Words("last {at}", "最近一次 {at}")
    at: datetime | None


class FirstAt(Sentence):
    """When the first of several releases was due."""

    words = Words("from {at}", "自 {at} 起")
    at: datetime


class NextAt(Sentence):
    """When the next of several releases is due."""

    words = Words("next {at}", "下一批 {at}")
    at: datetime


class DecidedAt(Sentence):
    """When a case is decided by itself."""

    words = Words("decided by itself at {at}", "到 {at} 自动处理")
    at: datetime


class StillOpen(Sentence):
    """A case without a deadline."""

    words = Words("open", "处理中")

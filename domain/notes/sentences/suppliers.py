"""How the connections to suppliers fare."""

from datetime import datetime

from domain.notes.sentences.sentence import Sayable, Sentence
from domain.notes.words import Words


class Fares(Sentence):
    """Nothing is wrong with a connection."""

    words = Words("well", "正常")


class FaresUnknown(Sentence):
    """There is no book that would tell."""

    words = Words("not known: no database", "未知：没有数据库")


class Silent(Sentence):
    """A supplier that does not answer."""

    words = Words(
        "no answer {times} times in a row, the last time: {last}", "连续 {times} 次没有答复，最近一次：{last}"
    )
    times: int
    last: Sayable | None


class OnTrial(Sentence):
    """One purchase finds out whether a supplier answers."""

    words = Words("one purchase tries it since {since}; {silent}", "自 {since} 起以一次采购试探；{silent}")
    since: datetime | None
    silent: Sayable


class LeftAlone(Sentence):
    """Nothing is bought at a supplier that does not answer."""

    words = Words("left alone from {since} to {until}: {silent}", "{since} 至 {until} 暂不采购：{silent}")
    since: datetime
    until: datetime
    silent: Sayable


class SupplierPausedBy(Sentence):
    """A person paused a connection."""

    words = Words("paused by {actor} since {since}: {reason}", "自 {since} 起由 {actor} 暂停：{reason}")
    actor: str | None
    since: datetime
    reason: str | None


class NeedsAttention(Sentence):
    """A supplier refuses us for something that a person has to mend."""

    words = Words(
        "needs attention since {since}: {trouble:trouble} ({said})",
        "自 {since} 起需要处理：{trouble:trouble}（{said}）",
    )
    since: datetime | None
    trouble: str
    said: Sayable | None


class NothingIsBoughtAt(Sentence):
    """A connection was paused."""

    words = Words(
        "Nothing is bought at {name} until `{command}`.", "{name} 已暂停采购，直到执行 `{command}`。"
    )
    name: str
    command: str


class BoughtFromAgain(Sentence):
    """A connection was resumed."""

    words = Words("{name} is bought from again.", "{name} 已恢复采购。")
    name: str


class BoughtFromAgainAnd(Sentence):
    """A connection was resumed, and what waited for it goes on."""

    words = Words(
        "{name} is bought from again; {woken} held for it go on.",
        "{name} 已恢复采购；{woken} 张因其挂起的发放单继续发放。",
    )
    name: str
    woken: int


class BoughtFromAllAlong(Sentence):
    """A connection that was not paused."""

    words = Words("{name} was bought from all along.", "{name} 一直在采购。")
    name: str


class BoughtFromAllAlongAnd(Sentence):
    """A connection that was not paused, and what waited for it goes on."""

    words = Words(
        "{name} was bought from all along; {woken} held for it go on.",
        "{name} 一直在采购；{woken} 张因其挂起的发放单继续发放。",
    )
    name: str
    woken: int


class DearerThanAgreed(Sentence):
    """A price above the one of our catalogue."""

    words = Words("dearer than our catalogue says", "高于目录价")

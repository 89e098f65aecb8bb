"""What a round of the sweep found and mended."""

from domain.notes.sentences.sentence import Sentence
from domain.notes.words import Words


class RunNotified(Sentence):
    """A run does not go on."""

    words = Words(
        "{number} does not go on: its run was told to read the book.", "{number} 停滞：已通知其运行重读账本。"
    )
    number: str


class HasNewRun(Sentence):
    """A run did not go on after it was notified."""

    words = Words(
        "{number} did not go on though it was told: it has a new run.",
        "{number} 收到通知后仍停滞：已为其启动新的运行。",
    )
    number: str


class AllHaveRuns(Sentence):
    """There was nothing to mend."""

    words = Words(
        "Every open order and case that has something to do has its run.",
        "每个有事可做的未完结订单和售后单都有其运行。",
    )

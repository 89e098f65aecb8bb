"""Endpoints that are notified, and what became of what they were sent."""

from datetime import datetime

from domain.notes.sentences.sentence import Sentence
from domain.notes.words import Words

OF_EVERYBODY = Words("everything", "全部")
"""Whose events an endpoint of our own gets."""


class Answers(Sentence):
    """An endpoint takes what it is sent."""

    words = Words("well", "正常")


class FailingSince(Sentence):
    """An endpoint takes nothing."""

    words = Words("takes nothing since {since}", "自 {since} 起未成功接收")
    since: datetime


class DisabledAsGone(Sentence):
    """An endpoint said that it is gone."""

    words = Words(
        "DISABLED at {at}: it answered 410, gone; `perkflow webhook enable` when it is back",
        "已停用（{at}）：对方答复 410；恢复后运行 `perkflow webhook enable`",
    )
    at: datetime


class DisabledAsFailing(Sentence):
    """An endpoint took nothing for days."""

    words = Words(
        "DISABLED at {at}: it took nothing for days; mend it, `perkflow webhook enable`, `webhook replay`",
        "已停用（{at}）：连续数日未成功接收；修复后运行 `perkflow webhook enable` 和 `webhook replay`",
    )
    at: datetime


class DisabledByPerson(Sentence):
    """Somebody disabled an endpoint."""

    words = Words("disabled by a person at {at}", "{at} 由人停用")
    at: datetime


class EndpointAdded(Sentence):
    """An endpoint, with its secret, which is shown once."""

    words = Words(
        "{endpoint} gets events from now on. Its secret, shown this once: {secret}",
        "{endpoint} 从现在起接收事件。签名密钥（仅显示一次）：{secret}",
    )
    endpoint: str
    secret: str


class SecretReplaced(Sentence):
    """Another secret, and until when the one before signs too."""

    words = Words(
        "The new secret, shown this once: {secret}\nBoth sign for {hours} hours: install it by then.",
        "新的签名密钥（仅显示一次）：{secret}\n{hours} 小时内新旧密钥同时签名，请在此之前交给接收方。",
    )
    secret: str
    hours: int


class EndpointRemoved(Sentence):
    """An endpoint gets nothing any more."""

    words = Words("{endpoint} gets nothing any more; its log stays.", "{endpoint} 不再接收事件，日志保留。")
    endpoint: str


class SentAgain(Sentence):
    """What is sent once more."""

    words = Words("{events} events are sent.", "{events} 个事件将重新发送。")
    events: int


class TestSent(Sentence):
    """A test event is under way."""

    words = Words(
        "A test event is sent: `perkflow webhook log {endpoint}` shows what it answers.",
        "已发送测试事件：`perkflow webhook log {endpoint}` 可查看答复。",
    )
    endpoint: str


class SecretMadeUp(Sentence):
    """A secret that nobody gave, so that one was made."""

    words = Words(
        "Signed with a secret that was made up for this: {secret}", "使用临时生成的签名密钥：{secret}"
    )
    secret: str


class Listening(Sentence):
    """What a listener reads, and where it sends it."""

    words = Words(
        "Forwarding events of {gateway} to {to} until Ctrl-C",
        "正在将 {gateway} 的事件转发到 {to}，按 Ctrl-C 结束",
    )
    gateway: str
    to: str

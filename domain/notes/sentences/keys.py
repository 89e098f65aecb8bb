"""Keys of the ring (what lies under each, what is left of replacing one), and those of channels."""

from datetime import datetime

from domain.notes.sentences.sentence import Sayable, Sentence
from domain.notes.words import Words


class KeyCanGo(Sentence):
    """Nothing lies under a key that does not seal."""

    words = Words(
        "Nothing lies under {key}: it can go from PERKFLOW_KEYRING.",
        "{key} 下已无内容：可从 PERKFLOW_KEYRING 中移除。",
    )
    key: str


class AllUnder(Sentence):
    """A replacement that is finished."""

    words = Words(
        "Finished: all lies under {key}. Other keys can go from PERKFLOW_KEYRING everywhere.",
        "已完成：全部内容均在 {key} 下，其他密钥可从各处的 PERKFLOW_KEYRING 中移除。",
    )
    key: str


class NotFinished(Sentence):
    """What is left under a key."""

    words = Words("Not finished: under {key} lie {left}.", "未完成：{key} 下仍有{left}。")
    key: str
    left: Sayable


class NoProcessHasIt(Sentence):
    """Values of the book under a key that is nowhere."""

    words = Words(
        "{values} values of the book, and no process here has it: put it behind {front}",
        "账簿中的 {values} 个值，而本机没有该密钥：请将其加到 {front} 之后",
    )
    values: int
    front: str


class DoNotOpen(Sentence):
    """Values of the book that were not wrapped anew."""

    words = Words(
        "{values} values of the book, which do not open, or were written meanwhile",
        "账簿中的 {values} 个值，无法解开或为期间新写入",
    )
    values: int


class OpenRunsLeft(Sentence):
    """Open runs whose history is under a key."""

    words = Words(
        "{runs} open runs ({named}), told to go on in new ones: run this again in a minute",
        "{runs} 个未完结运行（{named}），已通知其以新运行继续：一分钟后请再次执行",
    )
    runs: int
    named: Sayable


class ClosedRunsLeft(Sentence):
    """Closed runs whose history is under a key."""

    words = Words(
        "{runs} closed runs, which Temporal keeps until {until}",
        "{runs} 个已完结运行，Temporal 保留至 {until}",
    )
    runs: int
    until: datetime | None


class WorkerHas(Sentence):
    """The keys of a worker."""

    words = Words(
        "Worker {worker} has {keys}, and seals with {front}.",
        "Worker {worker} 持有 {keys}，以 {front} 加密。",
    )
    worker: str
    keys: tuple[str, ...]
    front: str


class UnderDataKeys(Sentence):
    """What is wrapped with the data keys of orders."""

    words = Words(
        "Under the data keys of their orders, and wrapped with those: {recipients} recipients, "
        "{credentials} credentials, {exchanges} exchanges, {contexts} contexts.",
        "在各订单的数据密钥下、随其一并封装：{recipients} 个充值账号、{credentials} 个卡密、"
        "{exchanges} 条往来报文、{contexts} 个下单环境。",
    )
    recipients: int
    credentials: int
    exchanges: int
    contexts: int


class FingerprintsStay(Sentence):
    """What is under no key of the ring."""

    words = Words(
        "Fingerprints, blind indexes and digests are under PERKFLOW_FINGERPRINT_KEY, which never changes.",
        "指纹、盲索引和摘要使用 PERKFLOW_FINGERPRINT_KEY，该密钥从不更换。",
    )


class KeyMade(Sentence):
    """A key that was just made."""

    words = Words(
        "{key}\nThat is {name} of channel {channel}. It is shown this once: keep it where secrets are kept.",
        "{key}\n这是销售渠道 {channel} 的密钥 {name}。仅显示这一次：请存放在保管机密之处。",
    )
    key: str
    name: str
    channel: str


class SigningSecretMade(Sentence):
    """A secret for signing requests that was just made."""

    words = Words(
        "{secret}\nThat is {name} of channel {channel}, to sign requests with. It is shown this once.",
        "{secret}\n这是销售渠道 {channel} 的请求签名密钥 {name}，仅显示这一次。",
    )
    secret: str
    name: str
    channel: str


class SigningSecretEnded(Sentence):
    """A secret for signing requests that was revoked."""

    words = Words(
        "{name} of channel {channel} signs nothing any more.",
        "销售渠道 {channel} 的签名密钥 {name} 已失效。",
    )
    name: str
    channel: str


class MustSign(Sentence):
    """A channel whose requests are refused unless they are signed."""

    words = Words(
        "Requests of channel {channel} are refused from now on unless they are signed.",
        "销售渠道 {channel} 的请求从现在起必须签名，否则拒绝。",
    )
    channel: str


class NeedNotSign(Sentence):
    """A channel whose requests are taken without a signature."""

    words = Words(
        "Requests of channel {channel} need no signature any more.",
        "销售渠道 {channel} 的请求不再需要签名。",
    )
    channel: str


class KeyEnds(Sentence):
    """A key that was revoked."""

    words = Words(
        "{name} of channel {channel} opens nothing from {at} on.",
        "销售渠道 {channel} 的密钥 {name} 自 {at} 起失效。",
    )
    name: str
    channel: str
    at: datetime

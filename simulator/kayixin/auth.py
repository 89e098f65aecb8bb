"""Who sent this request: the four headers of Kayixin 3.0, checked over the bytes as received."""

import hashlib
import hmac
import re
import time
from collections.abc import Mapping

from simulator.kayixin.codes import UNAUTHORISED, EnvelopeError, WrongSignature

VERSION = "3.0"
WINDOW_SECONDS = 300
"""How far a timestamp may be off. The protocol page states none; five minutes is usual."""


def signature(app_id: str, secret: str, version: str, timestamp: str, body: bytes) -> str:
    """Lower-case hex of md5(X-App-Id + appSecret + X-Version + X-Timestamp + raw body)."""
    return hashlib.md5(f"{app_id}{secret}{version}{timestamp}".encode() + body).hexdigest()


def authenticate(headers: Mapping[str, str], body: bytes, app_id: str, secret: str) -> None:
    """Raises EnvelopeError unless the headers are complete, timely and signed over exactly this body."""
    names = ("X-App-Id", "X-Version", "X-Timestamp", "X-Signature")
    sent_id, version, timestamp, signed = (headers.get(name, "") for name in names)
    if not (sent_id and version and timestamp and signed):
        raise EnvelopeError(UNAUTHORISED, "缺少请求头")
    if sent_id != app_id:
        raise EnvelopeError(UNAUTHORISED, "商户不存在")
    if version != VERSION:
        raise EnvelopeError(UNAUTHORISED, "版本号错误")
    if not re.fullmatch(r"[0-9]{10}", timestamp):
        raise EnvelopeError(UNAUTHORISED, "时间戳格式错误")
    expected = signature(app_id, secret, version, timestamp, body)
    if not hmac.compare_digest(expected.encode(), signed.encode()):
        raise WrongSignature
    if abs(time.time() - int(timestamp)) > WINDOW_SECONDS:
        raise EnvelopeError(UNAUTHORISED, "时间戳已过期")

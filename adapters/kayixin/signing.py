"""Kayixin's signature. Requests and callbacks are signed alike.

Source: vendor page "signing": `X-Signature = md5(X-App-Id + appSecret + X-Version + X-Timestamp + raw body)`,
lower-case hex, over UTF-8 (a body in GBK is the vendor's own example of a wrong signature).
"""

import hashlib
from datetime import datetime

VERSION = "3.0"


def signature(app_id: str, secret: str, timestamp: str, body: bytes) -> str:
    """`timestamp` is the text of the X-Timestamp header, `body` the bytes as they are sent."""
    return hashlib.md5(f"{app_id}{secret}{VERSION}{timestamp}".encode() + body).hexdigest()


def headers(app_id: str, secret: str, body: bytes, now: datetime) -> dict[str, str]:
    """The four headers of a request; the timestamp is Unix seconds in ten digits."""
    timestamp = str(int(now.timestamp()))
    return {
        "X-App-Id": app_id,
        "X-Version": VERSION,
        "X-Timestamp": timestamp,
        "X-Signature": signature(app_id, secret, timestamp, body),
    }

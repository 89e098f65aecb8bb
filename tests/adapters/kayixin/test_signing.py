"""Kayixin's signature against the vendor's published vector, and as it goes out."""

import hashlib

from adapters.kayixin.adapter import Kayixin
from adapters.kayixin.signing import headers, signature
from tests.adapters.kayixin.site import NO_ORDER, Site
from tests.adapters.support import KAYIXIN_SECRET, NOW, purchase

PUBLISHED_BODY = b'{"orderNumber":"20251016165825069","outerNumber":""}'


def test_the_published_vector() -> None:
    signed = signature("10000", KAYIXIN_SECRET, "1760767397", PUBLISHED_BODY)
    assert signed == "6a414e658265ff3ca665cee3b161c4e9"


def test_the_four_headers() -> None:
    assert headers("10000", KAYIXIN_SECRET, PUBLISHED_BODY, NOW) == {
        "X-App-Id": "10000",
        "X-Version": "3.0",
        "X-Timestamp": "1795422600",
        "X-Signature": signature("10000", KAYIXIN_SECRET, "1795422600", PUBLISHED_BODY),
    }


async def test_the_signature_is_over_the_bytes_that_are_sent(kayixin: Kayixin, site: Site) -> None:
    site.on("order/getDetail", NO_ORDER)
    await kayixin.query(purchase())
    signed = f"10000{KAYIXIN_SECRET}3.01795422600".encode() + site.body
    assert site.header("X-Signature") == hashlib.md5(signed).hexdigest()
    assert site.header("Content-Type") == "application/json"

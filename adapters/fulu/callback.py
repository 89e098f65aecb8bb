"""Fulu's order callback: what it says, once its signature is verified.

Source: the vendor's SDKs: the JSON object without `sign`, written compactly, is signed as a request is. Its
order and its blanks do not count, so a body that names a field twice is refused.
"""

import json
from collections.abc import Mapping

from adapters.answers.fields import Message, Text, TextIfAny, read, read_json
from adapters.fulu.signing import matches, sign_as_sent
from adapters.http import Unusable
from adapters.supplier import CallbackRefused, Stated, SupplierCallback

ACKNOWLEDGEMENT = b"success"
LONGEST = 64 * 1024
"""Bytes. A callback has a dozen short fields and no cards; a longer one is refused before it is parsed."""
STATED: dict[str, Stated] = {"success": "delivered", "failed": "failed"}


class _Callback(Message):
    order_id: TextIfAny = None
    customer_order_no: Text
    order_status: Text


def read_callback(secret: str, headers: Mapping[str, str], body: bytes) -> SupplierCallback:
    """Raises CallbackRefused for a signature that does not verify and for what is no order callback."""
    if len(body) > LONGEST:
        raise CallbackRefused("it is longer than an order callback")
    try:
        text = body.decode("utf-8")
        fields = json.loads(text, object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        raise CallbackRefused("the body is not JSON, or names a field twice") from None
    sign = fields.get("sign") if isinstance(fields, dict) else None
    if not isinstance(sign, str) or not _verifies(text, secret, sign):
        raise CallbackRefused("the signature does not verify")
    try:
        callback = read(_Callback, read_json(body))
    except Unusable as error:
        raise CallbackRefused(str(error)) from None
    stated = STATED.get(callback.order_status, "other")
    return SupplierCallback(callback.customer_order_no, callback.order_id, stated)


def _verifies(text: str, secret: str, sign: str) -> bool:
    try:
        return any(matches(expected, sign) for expected in sign_as_sent(text, secret))
    except UnicodeEncodeError:
        return False


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a field is named twice")
    return fields

"""Kayixin's order callback: what it says, once its signature is verified.

Source: vendor page "order callback". It carries the four headers of a request, and is signed over its raw
body as one. A repeat is signed anew, and the vendor states no window for its timestamp, so none is enforced:
a replayed callback is stored once and tells nothing that a query does not confirm.
"""

import hmac
from collections.abc import Mapping

from pydantic import Field

from adapters.answers.fields import Code, Message, Text, TextIfAny, read, read_json
from adapters.http import Unusable
from adapters.kayixin.meaning import DONE, IN_HAND, REFUNDED, REFUNDING, WITHDRAWN
from adapters.kayixin.signing import VERSION, signature
from adapters.supplier import CallbackRefused, Stated, SupplierCallback

ACKNOWLEDGEMENT = b"ok"


class _Callback(Message):
    """Cards and amounts are left out: they come by query only, and a strange one costs no callback."""

    order_number: TextIfAny = Field(None, alias="orderNumber")
    outer_number: Text = Field(alias="outerNumber")
    status: Code


def read_callback(app_id: str, secret: str, headers: Mapping[str, str], body: bytes) -> SupplierCallback:
    """Raises CallbackRefused for a signature that does not verify and for what is no order callback."""
    timestamp = headers.get("x-timestamp", "")
    expected = signature(app_id, secret, timestamp, body)
    given = headers.get("x-signature", "").lower()
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise CallbackRefused("the signature does not verify")
    if headers.get("x-app-id") != app_id or headers.get("x-version") != VERSION:
        raise CallbackRefused("it is for another account or version")
    try:
        callback = read(_Callback, read_json(body))
    except Unusable as error:
        raise CallbackRefused(str(error)) from None
    return SupplierCallback(callback.outer_number, callback.order_number, _stated(callback))


def _stated(callback: _Callback) -> Stated:
    if callback.status in IN_HAND:
        return "pending"
    if callback.status in (DONE, REFUNDING):
        return "delivered"
    if callback.status == WITHDRAWN:
        return "failed"
    return "reversed" if callback.status == REFUNDED else "other"

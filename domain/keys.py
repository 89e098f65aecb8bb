"""Identities that must never change: digests, workflow ids, supplier keys.

They are built from business identity only. A run id in a supplier key would buy again after a reset.
"""

import base64
import hashlib
import hmac
import shlex
from urllib.parse import quote

import rfc8785

from domain.contract.order import OrderDocument


def supplier_key(channel: str, order_no: str, component: str, release: int, item: int, attempt: int) -> str:
    """Our number at a supplier for one attempt: 32 lower-case alphanumerics, the same wherever computed.

    Suppliers limit length and alphabet, and two channels both have an order "1001", hence a digest. Each item
    of a release has a number of its own: two purchases under one would be one.
    """
    identity = rfc8785.dumps([channel, order_no, component, _which(release, item), attempt])
    return base64.b32encode(hashlib.sha256(identity).digest()).decode().lower()[:32]


def delivery_id(order_id: str, component: str, release: int, item: int) -> str:
    """The id of one delivery, the same wherever computed."""
    return "dlv_" + canonical_digest([order_id, component, _which(release, item)])[:24]


def refund_id(channel: str, order_no: str, component: str, release: int, item: int, number: int) -> str:
    """The id of a delivery's refund of that number, the same whenever it is decided.

    After a restore, the channel knows by it what it has paid already.
    """
    return f"rfd_{canonical_digest([channel, order_no, component, _which(release, item), number])[:32]}"


def _which(release: int, item: int) -> int | list[int]:
    """A release that was not divided, and the first item of one that was, are known by the release alone."""
    return release if item == 1 else [release, item]


def order_workflow_id(channel: str, order_no: str) -> str:
    """The workflow id of an order; no two numbers have the same."""
    return f"order/{channel}/{_in_an_id(order_no)}"


def case_workflow_id(channel: str, order_no: str, number: int) -> str:
    """The workflow id of a case of an order."""
    return f"case/{channel}/{_in_an_id(order_no)}/{number}"


def in_a_command(reference: str) -> str:
    """An order's reference as a shell takes it: a channel writes its numbers as it likes."""
    return shlex.quote(reference)


def _in_an_id(order_no: str) -> str:
    """An order number in letters that every store of ids keeps apart; a plain one stays as it is."""
    return quote(order_no, safe="")


def document_digest(order: OrderDocument, key: bytes) -> str:
    """A keyed digest (HMAC-SHA256, hex) of the order as placed: same body, same digest.

    Keyed, because it is visible in Temporal and a phone number could be guessed from a plain one. Defaults
    are left out, so that a field added to the format later changes no digest of an order that has none.
    """
    body = rfc8785.dumps(order.model_dump(mode="json", exclude_defaults=True))
    return hmac.new(key, body, hashlib.sha256).hexdigest()


def canonical_digest(value: object) -> str:
    """SHA-256 (hex) of the canonical JSON (RFC 8785) of `value`."""
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()  # type: ignore[arg-type]

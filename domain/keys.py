"""Identities that must never change: digests, workflow ids, supplier keys.

They are built from business identity only. A run id in a supplier key would buy again after a reset.
"""

import base64
import hashlib
import hmac

import rfc8785

from domain.contract.order import OrderDocument


def supplier_key(channel: str, order_no: str, component: str, release: int, attempt: int) -> str:
    """Our number at a supplier for one attempt: 32 lower-case alphanumerics, the same wherever computed.

    Suppliers limit length and alphabet, and two channels both have an order "1001", hence a digest.
    """
    identity = rfc8785.dumps([channel, order_no, component, release, attempt])
    return base64.b32encode(hashlib.sha256(identity).digest()).decode().lower()[:32]


def delivery_id(order_id: str, component: str, release: int) -> str:
    """The id of one delivery, the same wherever computed."""
    return "dlv_" + canonical_digest([order_id, component, release])[:24]


def order_workflow_id(channel: str, order_no: str) -> str:
    """The workflow id of an order."""
    return f"order/{channel}/{order_no}"


def case_workflow_id(channel: str, order_no: str, number: int) -> str:
    """The workflow id of a case of an order."""
    return f"case/{channel}/{order_no}/{number}"


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

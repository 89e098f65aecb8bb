"""Every kind of problem that the gateway answers with: its status, what it means, what to do about it.

Codes are for programs and never change; `docs/http/errors.md` has the same list.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of problem. `retryable`: the same request may succeed later, and repeating it is safe."""

    status: int
    title: str
    remedy: str
    retryable: bool = False


KINDS: Mapping[str, Kind] = {
    "invalid_json": Kind(400, "The body is not JSON", "Send UTF-8 JSON, an object."),
    "unauthorized": Kind(
        401, "No key, or one that opens nothing", "Send `Authorization: Bearer pk_…` with a key of yours."
    ),
    "signature_missing": Kind(
        401, "The request is not signed", "Sign it: this channel asked for that (docs/checkout.md says how)."
    ),
    "signature_stale": Kind(
        401,
        "The signature is of another time",
        "Sign it anew, by a clock that is right to five minutes.",
    ),
    "signature_wrong": Kind(
        401,
        "The signature is not of this request",
        "Sign method, address and body exactly as they are sent, with a secret that was not revoked.",
    ),
    "report_refused": Kind(401, "The report was refused", "Sign it with the secret of this connection."),
    "missing_scope": Kind(403, "The key may not do this", "Use a key that has the scope which is named."),
    "live_only": Kind(403, "No test key may do this", "Use a live key: it is about what all channels share."),
    "not_found": Kind(404, "There is no such thing", "Look at the address; you only see what is yours."),
    "unknown_connection": Kind(404, "No such connection", "Look at the address that you report to."),
    "method_not_allowed": Kind(405, "Not with this method", "Use one that the `Allow` header names."),
    "order_number_conflict": Kind(
        409,
        "The order number is taken by another order",
        "Send the document that you sent first, or use another number for another order.",
    ),
    "idempotency_key_conflict": Kind(
        409, "The Idempotency-Key was used for another request", "Use a new key for a new request."
    ),
    "hold_used": Kind(
        409,
        "The hold was redeemed by another order",
        "Place the order without `hold_token`, or hold it anew.",
    ),
    "act_refused": Kind(409, "That cannot be done as things stand", "The detail says why, and the way out."),
    "not_handed_over": Kind(
        409, "It cannot be shown now", "The detail says why: nothing is delivered, or it is being taken back."
    ),
    "already_published": Kind(
        409, "Published versions never change", "Publish what is changed as the next version."
    ),
    "not_bound": Kind(409, "The report is not about an order of ours", "Nothing: it was kept."),
    "events_pruned": Kind(
        410,
        "Those events are no longer kept",
        "Read where your open orders stand, then go on from the `cursor` that the problem has.",
    ),
    "feed_restarted": Kind(
        410,
        "The feed has begun anew",
        "Go on from the `cursor` that the problem has; docs/events.md says how.",
    ),
    "too_large": Kind(413, "The body is too large", "Send less; the detail says how much may be sent."),
    "unsupported_media_type": Kind(
        415, "The body is of another type", "Send `Content-Type: application/json`."
    ),
    "invalid_request": Kind(422, "The request is wrong", "Mend the fields that `errors` names."),
    "invalid_order": Kind(
        422, "The order does not fit its bundle", "Mend the fields that `errors` names; nothing was written."
    ),
    "invalid_contract": Kind(
        422, "The contract is wrong", "Mend the fields that `errors` names; nothing was published."
    ),
    "limit_exceeded": Kind(
        422, "A purchase limit is reached", "Pay the buyer back: the limit is the bundle's, per buyer."
    ),
    "out_of_stock": Kind(422, "A component is out of stock", "Pay the buyer back, or order it again later."),
    "no_sandbox": Kind(
        422,
        "A component has no sandbox",
        "Order another bundle with the test key, or have the connection that is named get a sandbox.",
    ),
    "sandbox_only": Kind(
        422, "A component is offered by sandboxes alone", "Pay the buyer back, and tell operations."
    ),
    "hold_unknown": Kind(
        422, "The token is of no hold of yours", "Place the order without `hold_token`, or hold it anew."
    ),
    "hold_mismatch": Kind(
        422,
        "The hold is for another purchase",
        "Send the bundle, version, quantity and buyer that were held, or no `hold_token`.",
    ),
    "rate_limited": Kind(
        429, "Too many requests with this key", "Wait as long as `Retry-After` says.", retryable=True
    ),
    "unexpected": Kind(
        500, "An error in Perkflow", "Repeat it; an order number names one order however often it is sent."
    ),
    "act_pending": Kind(
        503, "Nobody has done it yet", "Repeat it with the same `Idempotency-Key`.", retryable=True
    ),
    "busy": Kind(503, "Too much came at once", "Repeat it in a moment.", retryable=True),
    "late": Kind(503, "Not ready", "Start a worker: the sweep is late.", retryable=True),
    "unavailable": Kind(
        503,
        "Something that is needed does not answer",
        "Repeat it after `Retry-After`: nothing is done twice.",
        retryable=True,
    ),
}

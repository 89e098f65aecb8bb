"""Requests of channels that have asked for theirs to be signed."""

from dataclasses import replace
from datetime import UTC, datetime

from starlette.requests import Request

from starter.desk.channels.keys import Caller
from starter.desk.channels.signing import TOLERANCE, Signing, Wrong, signed_text, wrong_with
from starter.gateway.problems.answers import Refused
from starter.gateway.service import service_of

_WHY = {
    Wrong.MISSING: "this channel signs: send webhook-id, webhook-timestamp and webhook-signature",
    Wrong.STALE: f"webhook-timestamp must be in seconds, within {TOLERANCE.seconds // 60} minutes of now",
    Wrong.WRONG: "no secret of this channel signed this method, address and body so",
}


async def check_signature(request: Request, caller: Caller) -> Caller:
    """Let a request of a channel that signs pass if it is signed. Raises Refused, SealingError.

    What names it is its signed id: another name would make a second request of one that was recorded.
    """
    if not caller.signs:
        return caller
    service, now = service_of(request), datetime.now(UTC)
    secrets = await Signing(service.database, service.desk.runs.vault.ring).secrets(caller.channel, now)
    query = request.scope["query_string"].decode("latin-1")
    target = request.scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
    text = signed_text(request.method, target, await request.body())
    if wrong := wrong_with(request.headers, text, secrets, now):
        raise Refused(wrong, _WHY[wrong])
    signed_as = request.headers["webhook-id"]
    if request.headers.get("idempotency-key", signed_as) != signed_as:
        raise Refused(Wrong.WRONG, "Idempotency-Key is not what was signed: send it as webhook-id, too")
    return replace(caller, signed_as=signed_as)

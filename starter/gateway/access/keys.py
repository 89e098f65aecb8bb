"""The key that a request shows, and what it is allowed."""

from dataclasses import dataclass

from starlette.requests import Request

from domain.access import LIVE_ONLY, Scope
from starter.desk.channels.keys import Caller
from starter.gateway.access.signatures import check_signature
from starter.gateway.problems.answers import Refused
from starter.gateway.service import service_of

LONGEST_HEADER = 200


@dataclass(frozen=True)
class Needs:
    """A dependency of a route: its caller, who has this scope."""

    scope: Scope

    async def __call__(self, request: Request) -> Caller:
        """Who asks. Raises Refused: 401, 429, 403, in this order."""
        caller = await check_signature(request, await _caller(request))
        if seconds := service_of(request).rates.seconds_to_wait(caller):
            raise Refused(
                "rate_limited",
                f"at most {caller.rate_per_minute} requests a minute with this key",
                headers={"Retry-After": str(seconds)},
            )
        if self.scope in LIVE_ONLY and not caller.livemode:
            raise Refused("live_only", f"{self.scope} is for live keys")
        if self.scope not in caller.scopes:
            raise Refused("missing_scope", f"the key has no scope {self.scope}")
        request.state.caller = caller
        return caller


async def _caller(request: Request) -> Caller:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if not secret:
        raise Refused("unauthorized", "send your key: Authorization: Bearer pk_…")
    caller = None
    if kind.lower() == "bearer" and len(secret) <= LONGEST_HEADER:
        caller = await service_of(request).keys.caller(secret.strip())
    if caller is None:
        raise Refused("unauthorized", "this key opens nothing: it is not one of ours, or it was revoked")
    return caller

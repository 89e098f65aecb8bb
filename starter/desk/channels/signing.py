"""Requests that channels sign, as Standard Webhooks signs notifications: the same libraries do both.

Signed are the method, the address and the body together, so that a signature is of one request only.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from standardwebhooks import Webhook, WebhookVerificationError

from starter.desk.errors import ActRefused, NotFound
from storage.base.database import Database
from storage.base.sealing import KeyRing
from storage.channels.secrets import add_secret, have_others, list_secrets, locked_channel, secrets_of
from storage.tables import Channel, ChannelSecret
from storage.webhooks.secrets import OVERLAP

HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
TOLERANCE = timedelta(minutes=5)


class Wrong(StrEnum):
    """What is wrong with the signature of a request."""

    MISSING = "signature_missing"
    STALE = "signature_stale"
    WRONG = "signature_wrong"


def signed_text(method: str, target: str, body: bytes) -> bytes:
    """What a request is signed over. `target`: its path and query as they are sent."""
    return f"{method} {target}\n".encode() + body


def wrong_with(
    headers: Mapping[str, str], text: bytes, secrets: Sequence[str], now: datetime
) -> Wrong | None:
    """What is wrong with a signature; None for one that one of these secrets made of this text."""
    given = {name: headers.get(name, "") for name in HEADERS}
    if not all(given.values()):
        return Wrong.MISSING
    stamp = given["webhook-timestamp"]
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        return Wrong.STALE
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        return Wrong.STALE
    for secret in secrets:
        try:
            Webhook(secret).verify(text, given, json_parse=False)
        except (WebhookVerificationError, ValueError):
            continue
        return None
    return Wrong.WRONG


class Signing:
    """The secrets of channels, and which of them must sign."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    async def secrets(self, channel: str, now: datetime) -> list[str]:
        """What a channel may sign with now. Raises SealingError."""
        async with self._database.snapshot() as session:
            return await secrets_of(session, self._ring, channel, now)

    async def add(self, channel: str, actor: str, overlap: timedelta = OVERLAP) -> tuple[ChannelSecret, str]:
        """A new secret, shown this once; those before it are good until the overlap ends. Raises NotFound."""
        async with self._database.transaction() as session:
            _found(await locked_channel(session, channel), channel)
            return await add_secret(session, self._ring, channel, actor, datetime.now(UTC), overlap)

    async def list(self, channel: str | None = None) -> Sequence[tuple[ChannelSecret, bool]]:
        """The secrets of a channel, or of all, and whether their channel must sign."""
        async with self._database.snapshot() as session:
            return await list_secrets(session, channel)

    async def require(self, channel: str, *, required: bool) -> None:
        """Refuse a channel's requests that are not signed, or take them. Raises NotFound, ActRefused."""
        async with self._database.transaction() as session:
            found = _found(await locked_channel(session, channel), channel)
            if required and not await have_others(session, channel):
                raise ActRefused(
                    f"{channel} has no secret to sign with: make one with `perkflow channel signing add`"
                )
            found.signs = required

    async def revoke(self, secret_id: str) -> ChannelSecret:
        """Let a secret sign nothing from now on. Raises NotFound, and ActRefused for the last one needed."""
        now = datetime.now(UTC)
        async with self._database.transaction() as session:
            row = await session.get(ChannelSecret, secret_id)
            if row is None:
                raise NotFound(f"there is no secret {secret_id}; `perkflow channel signing list` shows all")
            found = _found(await locked_channel(session, row.channel), row.channel)
            if found.signs and not await have_others(session, row.channel, but=secret_id):
                raise ActRefused(
                    f"{row.channel} must sign, and has no other secret: add one first, or let it not sign "
                    "with `perkflow channel signing require --off`"
                )
            if row.ends_at is None or row.ends_at > now:
                row.ends_at = now
            return row


def _found(channel: Channel | None, name: str) -> Channel:
    if channel is None:
        raise NotFound(f"there is no channel {name}: `perkflow channel key add` makes its first key")
    return channel

"""Keys of channels. A key is shown once, when it is made; the book has its digest alone."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.access import FORM, LIVE_ONLY, Scope, prefix
from starter.desk.errors import ActRefused, NotFound
from storage.base.database import Database
from storage.channels.keys import Grant, OtherMode, add_key, end_key, is_known, key_of, list_keys
from storage.tables import ChannelKey

RATE_PER_MINUTE = 600


@dataclass(frozen=True)
class Caller:
    """Who asks, as the key says that was shown."""

    channel: str
    livemode: bool
    scopes: frozenset[str]
    key_id: str
    rate_per_minute: int
    signs: bool = False
    """What it asks is to be signed."""
    signed_as: str = ""
    """The id that this request was signed with, where it was to be signed."""


class ChannelKeys:
    """The keys of one book."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, grant: Grant) -> tuple[ChannelKey, str]:
        """A new key, and what to show for it: the only time that anybody sees it. Raises ActRefused."""
        secret = new_secret(livemode=grant.livemode)
        return await self._write(secret, grant), secret

    async def ensure(self, secret: str, grant: Grant) -> None:
        """Write down a key that was made elsewhere, once: a revoked one stays so. Raises ActRefused."""
        async with self._database.transaction() as session:
            known = await is_known(session, digest_of(secret))
        if not known:
            await self._write(secret, grant)

    async def caller(self, secret: str) -> Caller | None:
        """Who shows this key; None for a key that opens nothing."""
        if not FORM.fullmatch(secret):
            return None
        async with self._database.transaction() as session:
            found = await key_of(session, digest_of(secret), datetime.now(UTC))
        if found is None:
            return None
        key, channel = found
        scopes = frozenset(key.scopes)
        return Caller(key.channel, key.livemode, scopes, key.id, key.rate_per_minute, channel.signs)

    async def list(self, channel: str | None = None) -> Sequence[ChannelKey]:
        """The keys of a channel, or of all."""
        async with self._database.snapshot() as session:
            return await list_keys(session, channel)

    async def revoke(self, key_id: str, after: timedelta = timedelta(0)) -> ChannelKey:
        """Let a key open nothing from now on, or once another had time to take its place. Raises NotFound."""
        async with self._database.transaction() as session:
            key = await end_key(session, key_id, datetime.now(UTC) + after)
        if key is None:
            raise NotFound(f"there is no key {key_id}; `perkflow channel key list` shows all")
        return key

    async def _write(self, secret: str, grant: Grant) -> ChannelKey:
        if not grant.livemode and (wrong := LIVE_ONLY.intersection(grant.scopes)):
            raise ActRefused(
                f"a test key cannot have {', '.join(sorted(wrong))}: that is about live channels"
            )
        try:
            async with self._database.transaction() as session:
                return await add_key(session, digest_of(secret), grant, datetime.now(UTC))
        except OtherMode:
            is_, wanted = ("a test", "live") if grant.livemode else ("a live", "test")
            raise ActRefused(
                f"{grant.channel} is {is_} channel and gets no {wanted} key: give the other channel a name "
                "of its own"
            ) from None


def new_secret(*, livemode: bool) -> str:
    """A key of 256 random bits."""
    return prefix(livemode=livemode) + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """By what the book knows a key. Nobody can guess 256 bits, so a plain digest keeps them."""
    return hashlib.sha256(secret.encode()).hexdigest()


def scopes_named(names: Sequence[str]) -> tuple[Scope, ...]:
    """Scopes by their names. Raises ActRefused for one that there is not."""
    unknown = sorted(set(names) - set(Scope))
    if unknown:
        raise ActRefused(f"there is no scope {', '.join(unknown)}; there are: {', '.join(Scope)}")
    return tuple(Scope(name) for name in dict.fromkeys(names))

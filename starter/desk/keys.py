"""The keys of the ring: what lies under each, and moving all of it under the one in front.

A key may go once nothing is under it any more: neither in the book, nor in a history that Temporal still has.
Open runs are told to go on as new ones; what they leave behind goes by Temporal's retention.
"""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from pydantic import BaseModel

from activities.runs.payload_keys import RunKeys, keys_of_runs, retention, tell_to_go_on
from starter.desk.errors import DeskError
from starter.desk.runs import Runs
from storage.keys import wrapped
from storage.keys.holders import Holder, holders

MOST_NAMED = 20
EVERY_SO_MANY = 1000

Progress = Callable[[str], None]


class KeysRefused(DeskError):
    """Wrapping anew would not come to an end as the workers are; the text says what to do first."""

    code, title = "keys_refused", "The keys cannot be wrapped anew now"


class KeyStatus(BaseModel):
    """One key, and how much lies under it."""

    key: str
    in_ring: bool
    """This process has it."""
    seals: bool
    """It is the one in front here."""
    data_keys: int = 0
    pool_keys: int = 0
    callbacks: int = 0
    webhook_secrets: int = 0
    channel_secrets: int = 0
    open_runs: int = 0
    named: list[str] = []
    """The ids of the first of these runs."""
    closed_runs: int = 0
    closed_runs_until: datetime | None = None
    """When Temporal has forgotten the last of those."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing lies under it."""
        return not (self.in_book or self.open_runs or self.closed_runs)

    @property
    def in_book(self) -> int:
        """How many values of the book lie under it."""
        of_orders = self.data_keys + self.pool_keys + self.callbacks
        return of_orders + self.webhook_secrets + self.channel_secrets


class Keys(BaseModel):
    """All keys that are in the ring or that anything lies under, the one in front first."""

    keys: list[KeyStatus]
    workers: list[Holder]
    untouched: dict[str, int]
    """What lies under keys that a rotation of the ring does not touch."""
    wrapped: dict[str, int] = {}
    """How much was wrapped anew by this."""
    notified: int = 0
    """How many open runs were told to go on as new ones."""

    @property
    def left(self) -> list[KeyStatus]:
        """Keys that are not in front, and that something still lies under."""
        return [each for each in self.keys if not (each.seals or each.is_empty)]


class KeyRotation:
    """What operations do with the ring."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._ring = runs.vault.ring

    async def status(self, progress: Progress = lambda _: None) -> Keys:
        """How much lies under each key, in the book and in Temporal. Raises RPCError."""
        return await self._status([each async for each in self._runs_of_temporal(progress)])

    async def rewrap(self, progress: Progress = lambda _: None) -> Keys:
        """Wrap the book anew, tell open runs to go on as new ones, and return what is left under which key.

        Doing it again goes on where the time before ended. Raises KeysRefused, RPCError.
        """
        front = self._ring.sealing_key
        async with self._runs.database.snapshot() as session:
            for worker in await holders(session):
                if worker.keys[0] != front:
                    raise KeysRefused(
                        f"the worker {worker.name} still seals with key {worker.keys[0]}: put {front} in "
                        "front in its PERKFLOW_KEYRING and start it again, then ask again"
                    )
        done = {name: await self._wrap_anew(name, progress) for name in wrapped.PLACES}
        found: list[RunKeys] = []
        notified = 0
        async for run in self._runs_of_temporal(progress):
            found.append(run)
            if run.closed_at is None and run.keys - {front}:
                notified += await tell_to_go_on(self._runs.temporal, run)
        status = await self._status(found)
        return status.model_copy(update={"wrapped": done, "notified": notified})

    async def _wrap_anew(self, name: str, progress: Progress) -> int:
        place, after, done = wrapped.PLACES[name], "", 0
        while True:
            async with self._runs.database.transaction() as session:
                batch = await wrapped.rewrap(session, self._ring, place, after)
            done += batch.wrapped
            if batch.wrapped:
                progress(f"{done} {place.words} wrapped under {self._ring.sealing_key}")
            if batch.unopened:
                progress(f"{batch.unopened} {place.words} do not open with any key of this ring: left alone")
            if batch.last is None:
                return done
            after = batch.last

    async def _runs_of_temporal(self, progress: Progress) -> AsyncIterator[RunKeys]:
        many = 0
        async for run in keys_of_runs(self._runs.temporal):
            many += 1
            if many % EVERY_SO_MANY == 0:
                progress(f"{many} histories read")
            yield run

    async def _status(self, runs: list[RunKeys]) -> Keys:
        async with self._runs.database.snapshot() as session:
            counts = await wrapped.counts(session)
            workers = await holders(session)
            untouched = await wrapped.untouched(session)
        known = dict.fromkeys(self._ring.keys) | dict.fromkeys(sorted(counts))
        known |= dict.fromkeys(sorted(key for run in runs for key in run.keys))
        kept_for = await retention(self._runs.temporal)
        lines = []
        for key in known:
            under = [run for run in runs if key in run.keys]
            closed = [run.closed_at for run in under if run.closed_at is not None]
            still_open = sorted(run.workflow_id for run in under if run.closed_at is None)
            lines.append(
                KeyStatus(
                    key=key,
                    in_ring=key in self._ring.keys,
                    seals=key == self._ring.sealing_key,
                    **counts.get(key, {}),
                    open_runs=len(still_open),
                    named=still_open[:MOST_NAMED],
                    closed_runs=len(closed),
                    closed_runs_until=max(closed) + kept_for if closed else None,
                )
            )
        return Keys(keys=lines, workers=workers, untouched=untouched)

"""One delivery of an event to an endpoint: a job that lasts until the receiver has it, or it is given up.

It is a standalone activity of Temporal, which keeps it over restarts and calls it again by the schedule; a
workflow around it would cost twice as much and decide nothing. What became of it stands in the book.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.webhooks.posting import Poster
from domain.webhooks.schedule import next_wait
from storage.base.database import Database
from storage.base.sealing import Vault
from storage.webhooks.sending import Answer, letter, record_answer

Waits = Callable[[int, timedelta | None], timedelta | None]
"""How long to wait after so many tries, where the receiver asked for so much; None: no more."""


def by_the_schedule(tries: int, asked: timedelta | None) -> timedelta | None:
    """As the specification has it, with jitter."""
    return next_wait(tries, random.random(), asked)


class WebhookActivities:
    """Sends events to endpoints."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        poster: Poster,
        waits: Waits = by_the_schedule,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._poster = poster
        self._waits = waits

    @activity.defn
    async def send_webhook(self, delivery_id: str) -> str:
        """Try once, and have Temporal call again where that is not the end of it."""
        async with self._database.transaction() as session:
            found = await letter(session, self._vault.ring, delivery_id, self._clock())
        if found is None:
            return "nothing to send"
        if isinstance(found, timedelta):
            raise again("not yet", found)
        answer = await self._poster.post(found)
        wait = await self._record(delivery_id, answer)
        if wait is not None:
            raise again(f"status {answer.status}" if answer.status else "no answer", wait)
        return "delivered" if answer.is_good else "given up"

    async def _record(self, delivery_id: str, answer: Answer) -> timedelta | None:
        async with self._database.transaction() as session:
            return await record_answer(session, delivery_id, answer, self._clock(), self._waits)


def again(why: str, wait: timedelta) -> ApplicationError:
    """What makes Temporal call again after a while; no fault of ours."""
    return ApplicationError(
        why, type="webhook", next_retry_delay=wait, category=ApplicationErrorCategory.BENIGN
    )

"""Receivers of webhooks in a fault run: one channel's of its orders, and operations'. They fail now and then.

Whatever comes is kept, with whether its signature verified as it came, in a file that others can verify.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from standardwebhooks import WebhookVerificationError

from storage.base.database import Database
from storage.tables import Event, FeedCursor, Notice, WebhookDelivery
from storage.webhooks.projecting import CONSUMER
from tests.chaos.people.shop import KIOSK
from tests.chaos.people.witness import Heard
from tests.chaos.phases.settling import Patience, later
from tests.chaos.stack.ground import Ground
from tests.integration.webhooks.receiving import OK, Receiver, receiving, reply

OF_OPERATIONS = ("supplier.*", "stock.*", "webhook.*")
FAILS = 0.1
"""How often a receiver fails while there is trouble."""
FAILURES = (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", reply("500 Oops"), reply("302 Found"))
"""It dies, dies in the middle of its answer, says that it failed, sends elsewhere."""


@dataclass
class Listener:
    """Every receiver of a run."""

    kept: Path
    chance: random.Random
    heard: list[Heard] = field(default_factory=list)
    well: bool = False
    """The trouble is over: no receiver fails any more."""

    async def answer(self, receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        """Keep what came, and answer it, or fail."""
        verified = _verified(receiver, headers, body)
        fails = not self.well and self.chance.random() < FAILS
        heard = Heard(headers, body.decode(), verified, verified and not fails)
        self.heard.append(heard)
        line = {"secret": receiver.secret, "headers": headers, "body": heard.body, "at": int(time.time())}
        with self.kept.open("a") as file:
            file.write(json.dumps(line) + "\n")
        return OK if heard.taken else reply("401 Not ours") if not verified else self.chance.choice(FAILURES)

    async def hear_all(self, made: Ground, patience: float, say: Callable[[str], None]) -> None:
        """Wait until everything is public and sent, or nothing has got better for so long."""
        waiting = Patience(patience)
        while (left := await later(lambda: unsent(made.database))) and not waiting.over(left):
            say(f"webhooks: {left} to be sent")
            await asyncio.sleep(2)


@asynccontextmanager
async def listening(made: Ground, seed: int) -> AsyncIterator[Listener]:
    """Receivers of everything about the kiosk's orders, and of what operations are told."""
    listener = Listener(made.home / "webhooks.jsonl", random.Random(f"listener:{seed}"))
    async with receiving(listener.answer) as kiosk, receiving(listener.answer) as operations:
        kiosk.secret = (await made.desk.webhooks.add(KIOSK, kiosk.url)).secret
        operations.secret = (await made.desk.webhooks.add(None, operations.url, OF_OPERATIONS)).secret
        yield listener


def _verified(receiver: Receiver, headers: dict[str, str], body: bytes) -> bool:
    try:
        receiver.verified(headers, body)
    except WebhookVerificationError:
        return False
    return True


async def unsent(database: Database) -> int:
    """Events that are not public yet, and webhooks that are still tried."""
    async with database.transaction() as session:
        read = select(FeedCursor.position).where(FeedCursor.consumer == CONSUMER)
        until = await session.scalar(read) or 0
        counts: list[Any] = [
            select(func.count()).where(Event.position > until),
            select(func.count()).where(Notice.feed_position > until),
            select(func.count()).where(WebhookDelivery.state == "open"),
        ]
        return sum([int(await session.scalar(count) or 0) for count in counts])

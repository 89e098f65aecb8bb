"""What the book keeps for a while only goes when its time has come."""

from datetime import datetime

from sqlalchemy import func, select

from domain.retention import Retention
from storage.base.database import Database
from storage.handing.links import prune_links
from storage.public.pruning import prune_events

BATCHES = 10
"""Transactions of one time: whoever prunes has other things to do as well."""


async def prune(database: Database, kept: Retention, now: datetime) -> tuple[int, int]:
    """Remove some of what is no longer kept, all of it when nothing went; how many events and links went."""
    events = links = 0
    for _ in range(BATCHES):
        async with database.transaction() as session:
            mine = select(func.pg_try_advisory_xact_lock(func.hashtextextended("prune", 0)))
            if not await session.scalar(mine):
                return events, links
            some = await prune_events(session, now - kept.events)
            more = await prune_links(session, now - kept.links)
        events, links = events + some, links + more
        if not some and not more:
            break
    return events, links

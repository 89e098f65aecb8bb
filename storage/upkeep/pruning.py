"""What the book keeps for a while only goes when its time has come."""

from datetime import datetime

from sqlalchemy import func, select

from domain.retention import Retention
from storage.base.database import Database
from storage.handing.links import prune_links
from storage.public.pruning import prune_events


async def prune(database: Database, kept: Retention, now: datetime) -> tuple[int, int]:
    """Remove what is no longer kept, some at a time; how many events and how many links went."""
    events = links = 0
    while True:
        async with database.transaction() as session:
            mine = select(func.pg_try_advisory_xact_lock(func.hashtextextended("prune", 0)))
            if not await session.scalar(mine):
                return events, links
            some = await prune_events(session, now - kept.events)
            more = await prune_links(session, now - kept.links)
        events, links = events + some, links + more
        if not some and not more:
            return events, links

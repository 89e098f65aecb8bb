"""Public events are kept for a while: old ones go, from the first on, with what endpoints answered.

What is still being sent stays until that has ended, and so does all after it: what is kept has no gaps.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.feed.reading import feed_row
from storage.tables import FeedRow, PublicEvent, WebhookDelivery

AT_A_TIME = 500


async def prune_events(session: AsyncSession, made_before: datetime) -> int:
    """Remove the first events that are kept, where they were made before then; how many."""
    kept = select(PublicEvent.number, PublicEvent.made_at).where(
        PublicEvent.number > (await feed_row(session)).pruned_number
    )
    first = await session.execute(kept.order_by(PublicEvent.number).limit(AT_A_TIME))
    old = []
    for number, made_at in first:
        if made_at >= made_before:
            break
        old.append(number)
    if not old or not (gone := await _ended(session, old)):
        return 0
    await session.execute(delete(WebhookDelivery).where(WebhookDelivery.event_number.in_(gone)))
    removed = delete(PublicEvent).where(PublicEvent.number.in_(gone)).returning(PublicEvent.at)
    latest = max((await session.scalars(removed)).all())
    row = update(FeedRow).values(pruned_number=gone[-1], pruned_at=func.greatest(FeedRow.pruned_at, latest))
    await session.execute(row, execution_options={"synchronize_session": False})
    return len(gone)


async def _ended(session: AsyncSession, numbers: Collection[int]) -> list[int]:
    """Those before the first that is still being sent; none of them is sent again before this ends."""
    locked = select(PublicEvent.number).where(PublicEvent.number.in_(numbers))
    await session.execute(locked.order_by(PublicEvent.number).with_for_update())
    deliveries = select(WebhookDelivery.event_number, WebhookDelivery.state).where(
        WebhookDelivery.event_number.in_(numbers)
    )
    rows = await session.execute(deliveries.order_by(WebhookDelivery.id).with_for_update())
    still_sent = {number for number, state in rows if state == "open"}
    end = min(still_sent, default=None)
    return [number for number in numbers if end is None or number < end]

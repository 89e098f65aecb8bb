"""One delivery for each endpoint that wants an event, made together with the event."""

from datetime import datetime

from storage.base.together import as_rows, insert_together
from storage.feed.consuming import Taken
from storage.public.making import make_public
from storage.tables import WebhookDelivery
from storage.webhooks.endpoints import wanting
from storage.webhooks.outbox import fresh

CONSUMER = "webhooks"


async def project(taken: Taken, now: datetime) -> int:
    """Make public what was taken, and queue it for endpoints; how many public events there are of it."""
    made = await make_public(taken, now)
    rows = [fresh(endpoint, number, now) for endpoint, number in await wanting(taken.session, made)]
    if rows:
        insert = insert_together(WebhookDelivery.__tablename__, *rows[0])
        await taken.session.execute(insert, as_rows(rows))
    return len(made)

"""Waking what was held: the book has it already, and each run is notified, the oldest order first."""

from collections.abc import Iterable
from datetime import timedelta

from temporalio.client import Client

from activities.runs.tell import tell
from storage.supply.restock import InLine
from workflows.run.verbs import DeliveryVerbs

WITHIN = timedelta(seconds=10)


async def tell_woken(client: Client, woken: Iterable[InLine]) -> None:
    """Tell their runs. Raises RPCError when Temporal is away: the sweep finds what is overdue."""
    for each in woken:
        await tell(client, each.run, DeliveryVerbs.act_was_made, each.delivery_id, within=WITHIN)

"""The name that a channel gives the request which places an order, beside the order's own number."""

from domain.contract.order import OrderDocument
from domain.keys import document_digest
from starter.desk.errors import IdTaken
from starter.desk.runs import Runs
from storage.channels.order_requests import KEPT, named


async def name_request(runs: Runs, document: OrderDocument, name: str) -> None:
    """Let this name stand for this document. Raises IdTaken where it stands for another one."""
    digest = document_digest(document, runs.vault.fingerprints.key)
    async with runs.database.transaction() as session:
        if await named(session, document.channel, name, digest) != digest:
            raise IdTaken(f"{name} named another order within the last {KEPT.days} days")

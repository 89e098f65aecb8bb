"""Where a buyer could still be found: in any row of the book, and in Temporal."""

from temporalio.client import WorkflowExecution

from domain.keys import case_workflow_id, order_workflow_id
from storage.base.database import Database
from storage.tables import Table
from storage.views.orders import OrderView
from tests.support.outside import Outside


async def dumped(database: Database) -> str:
    """The whole book as text: every value of every row, bytes as they are."""
    rows: list[str] = []
    async with database.snapshot() as session:
        for table in Table.metadata.sorted_tables:
            for row in await session.execute(table.select()):
                values = (each.decode("latin-1") if isinstance(each, bytes) else str(each) for each in row)
                rows.append(f"{table.name}: {' | '.join(values)}")
    return "\n".join(rows)


async def found_in_the_book(outside: Outside, *needles: str) -> list[str]:
    """Those of them that stand anywhere in the book."""
    book = await dumped(outside.database)
    return [needle for needle in needles if needle in book]


async def runs_about(outside: Outside, view: OrderView) -> list[WorkflowExecution]:
    """Every run of an order and of its cases that Temporal lists."""
    ids = [order_workflow_id(view.channel, view.order_no)]
    ids += [case_workflow_id(view.channel, view.order_no, case.number) for case in view.cases]
    listed = [outside.client.list_workflows(f"WorkflowId = '{each}'") for each in ids]
    return [run for runs in listed async for run in runs]

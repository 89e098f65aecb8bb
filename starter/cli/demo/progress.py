"""Showing orders while they happen: a table that changes in a terminal, a line per change elsewhere."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.table import Table

from domain.fulfilment.steps import NextAction
from starter.cli.demo.scenes import CHANNEL
from starter.client.answers import Delivery, Order

_ACTS: dict[str | None, str] = {
    NextAction.AWAIT: "wait",
    NextAction.SUBMIT: "buy",
    NextAction.CHECK: "ask",
    NextAction.HOLD: "held, again",
}


class Progress:
    """Shows each state of the orders as it comes; a context manager, since a live table must be left."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = (
            Live(console=Console(file=stream, highlight=False, markup=False), auto_refresh=False)
            if stream.isatty()
            else None
        )
        self._told: dict[str, str] = {}

    def __enter__(self) -> None:
        if self._live is not None:
            self._live.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, orders: Sequence[Order], seconds: float) -> None:
        """Show how the orders stand `seconds` after they were placed."""
        if self._live is not None:
            self._live.update(_table(orders, seconds), refresh=True)
            return
        for order in orders:
            number = _number(order)
            for delivery in order["deliveries"]:
                self._tell(delivery["id"], f"{number} {delivery['title']}", delivery["state"], seconds)
            self._tell(order["order_id"], number, order["state"], seconds)

    def _tell(self, identity: str, name: str, state: str, seconds: float) -> None:
        if self._told.get(identity) != state:
            self._told[identity] = state
            print(f"{seconds:5.1f} s  {name}: {state}", file=self._stream, flush=True)


def _table(orders: Sequence[Order], seconds: float) -> Table:
    now = datetime.now(UTC)
    made = Table(
        title=f"Orders, {seconds:.1f} s",
        title_justify="left",
        title_style="bold",
        show_edge=False,
        pad_edge=False,
    )
    for column in ("order", "state", "delivery", "", "next"):
        made.add_column(column, overflow="ellipsis", no_wrap=True)
    for order in orders:
        for position, delivery in enumerate(order["deliveries"]):
            first = position == 0
            made.add_row(
                _number(order) if first else "",
                order["state"] if first else "",
                delivery["title"],
                delivery["state"],
                _next(delivery, now),
                end_section=position == len(order["deliveries"]) - 1,
            )
    return made


def _number(order: Order) -> str:
    return f"{CHANNEL}/{order['order_no']}"


def _next(delivery: Delivery, now: datetime) -> str:
    """The next act in seconds from now; short, since a table that changes must fit into the terminal."""
    at = delivery["next_action_at"]
    seconds = (datetime.fromisoformat(at) - now).total_seconds() if at else 0
    return f"{_ACTS.get(delivery['next_action'], '')} in {seconds:.0f} s" if seconds > 0 else ""

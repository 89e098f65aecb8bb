"""The statements that something really sends to PostgreSQL, and how each is planned."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from bench.measuring.counts import session_on

QUESTIONS = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


@dataclass
class Sent:
    """Statements by their text, each with the values of the first time."""

    first: dict[str, Any] = field(default_factory=dict)


@contextmanager
def statements_sent() -> Iterator[Sent]:
    """Those of all connections of this process to PostgreSQL while the block runs, whoever sends them."""
    sent = Sent()
    execute = psycopg.AsyncCursor.execute

    async def told(cursor: Any, query: Any, params: Any = None, **more: Any) -> Any:
        text = query.decode() if isinstance(query, bytes) else str(query)
        if text.lstrip().upper().startswith(QUESTIONS):
            sent.first.setdefault(text, params)
        return await execute(cursor, query, params, **more)

    psycopg.AsyncCursor.execute = told  # type: ignore[method-assign,assignment]
    try:
        yield sent
    finally:
        psycopg.AsyncCursor.execute = execute  # type: ignore[method-assign]


@dataclass(frozen=True)
class Planned:
    """How PostgreSQL goes about a statement."""

    statement: str
    plan: Mapping[str, Any]

    def read_through(self, tables: Iterable[str]) -> list[str]:
        """Which of these tables it reads from the first row to the last."""
        names = set(tables)
        return sorted(
            node["Relation Name"]
            for node in nodes(self.plan)
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in names
        )

    def walked(self) -> list[str]:
        """Which indexes it follows from their beginning, looking for nothing in particular."""
        return sorted(
            node["Index Name"]
            for node in nodes(self.plan)
            if "Index Name" in node and "Index Cond" not in node
        )


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A step of a plan and all below it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


async def plans_of(url: str, sent: Sent) -> list[Planned]:
    """How each is planned for the values it was sent with."""
    found = []
    async with await session_on(url) as session:
        for text, params in sent.first.items():
            asked = await session.execute(f"EXPLAIN (FORMAT JSON) {text}".encode(), params)
            row: Any = await asked.fetchone()
            found.append(Planned(text, row[0][0]["Plan"]))
    return found

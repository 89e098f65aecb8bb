"""Orders that were really fulfilled, copied by `COPY` until the book is as large as it is to be.

Every row of an order is taken as it stands, with numbers of its own in place of the order's: copies keep to
every constraint, follow every change of the schema, and are the same each time. They are rows to be in the
way, and no more: what is sealed in them does not open, and no run works on them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bench.measuring.counts import session_on
from storage.tables import Table

_NUMBER, _MOMENT = "\x01", "\x02"
"""Where the number of a copy goes, and when it was accepted."""
SHORTEST = 12
"""Characters of an identity; what else an index holds is shorter or has no digit."""
IN_ONE_WRITE = 500
APART = timedelta(seconds=3)
"""Between the moments at which copies were accepted."""
NOBODYS_ALONE = ("pool_keys", "pool_secrets")
"""They refer to an order while it has them, and are our stock's."""


@dataclass(frozen=True)
class Stencil:
    """The rows of one table, as `COPY` writes them, with holes."""

    table: str
    columns: str
    rows: str

    def filled(self, number: int, accepted: datetime) -> bytes:
        """The rows of one copy."""
        rows = self.rows.replace(_NUMBER, scattered(number))
        return rows.replace(_MOMENT, accepted.isoformat(" ")).encode()


Stencils = Sequence[Stencil]
"""One order that is copied: a stencil for each table that has rows of it."""


def scattered(number: int) -> str:
    """Eight digits, others for every number; those of neighbours lie far apart, as random ids do."""
    return f"{number * 2654435761 % 2**32:08x}"


async def stencils_of(url: str, order_id: str) -> Stencils:
    """An order of this database, to be copied."""
    found: dict[sa.Table, str] = {}
    async with await session_on(url) as session:
        for table, of_the_order in tables_of_an_order().items():
            query = f"SELECT {_columns(table)} FROM {table.name} WHERE {of_the_order}"
            query = query.replace(":order", f"'{order_id}'")
            async with session.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT".encode()) as copy:
                found[table] = b"".join([bytes(part) async for part in copy]).decode()
    identities = {each for table, rows in found.items() for each in _identities(table, rows)}
    assert identities, f"there is no order {order_id}"
    known = re.compile("|".join(sorted(map(re.escape, identities), key=len, reverse=True)))
    return [
        Stencil(table.name, _columns(table), known.sub(_with_a_hole, _moments_out(table, rows)))
        for table, rows in found.items()
        if rows
    ]


def tables_of_an_order() -> Mapping[sa.Table, str]:
    """Every table that has rows of an order, with the condition for those of `:order`.

    Without what refers to rows by a number that the database gives: a copy cannot know it.
    """
    found: dict[sa.Table, str] = {}
    for table in Table.metadata.sorted_tables:
        above = [key for key in table.foreign_keys if key.column.table in found and key.column.name == "id"]
        if table.name == "orders":
            found[table] = "id = :order"
        elif above and table.name not in NOBODYS_ALONE:
            key = min(above, key=lambda key: (key.column.table.name != "orders", key.parent.name))
            owner = key.column.table
            found[table] = f"{key.parent.name} IN (SELECT id FROM {owner.name} WHERE {found[owner]})"
    return found


async def fill(url: str, mix: Sequence[tuple[Stencils, int]], numbers: range) -> None:
    """Add a copy for each number; of every hundred, as many of each order as stands beside it.

    Then PostgreSQL is told what its tables are like. References are not looked up: they lead to the rows of
    the same copy. Who reads the feed is set behind them, since what happened to a copy is nobody's news.
    """
    turns = [order for order, percent in mix for _ in range(percent)]
    assert len(turns) == 100, "the parts of a hundred are not a hundred"
    newest = datetime.now(UTC) - timedelta(days=1)
    async with await session_on(url) as session:
        async with session.transaction():
            await session.execute("SET LOCAL session_replication_role = replica")
            await session.execute("SELECT FROM feed_cursors FOR UPDATE")
            for table, columns in sorted({(each.table, each.columns) for order, _ in mix for each in order}):
                into = f"COPY {table} ({columns}) FROM STDIN".encode()
                of_table = [[each for each in order if each.table == table] for order in turns]
                async with session.cursor() as cursor, cursor.copy(into) as copy:
                    for some in _rows(of_table, numbers, newest):
                        await copy.write(some)
            await session.execute("UPDATE feed_cursors SET position = (SELECT max(position) FROM events)")
        await session.execute("VACUUM (ANALYZE)")


def _rows(turns: Sequence[Sequence[Stencil]], numbers: range, newest: datetime) -> Iterator[bytes]:
    for begin in range(0, len(numbers), IN_ONE_WRITE):
        yield b"".join(
            each.filled(number, newest - number * APART)
            for number in numbers[begin : begin + IN_ONE_WRITE]
            for each in turns[number % 100]
        )


def _columns(table: sa.Table) -> str:
    return ", ".join(column.name for column in _copied(table))


def _copied(table: sa.Table) -> Sequence[sa.Column[Any]]:
    """All but what the database counts by itself."""
    return [column for column in table.columns if column.identity is None]


def _identities(table: sa.Table, rows: str) -> Iterator[str]:
    """The texts of these rows that are another's in every order."""
    texts = [place for place, column in enumerate(_copied(table)) if isinstance(column.type, sa.String)]
    for line in rows.splitlines():
        fields = line.split("\t")
        for place in texts:
            if len(fields[place]) >= SHORTEST and re.search("[0-9]", fields[place]):
                yield fields[place]


def _moments_out(table: sa.Table, rows: str) -> str:
    if table.name != "orders":
        return rows
    fields = rows.rstrip("\n").split("\t")
    fields[[column.name for column in _copied(table)].index("accepted_at")] = _MOMENT
    return "\t".join(fields) + "\n"


def _with_a_hole(found: re.Match[str]) -> str:
    """An identity with a number in place of its first eight characters, behind its prefix if it has one."""
    kind, mark, rest = found[0].rpartition("_")
    return f"{kind}{mark}{_NUMBER}{rest[8:]}"

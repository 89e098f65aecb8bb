"""Inserting any number of rows by one statement with one parameter, which is therefore always the same."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, column, func, select
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from storage.tables import Table

ROWS = "rows"


@lru_cache(maxsize=20)
def insert_together(table_name: str, *names: str) -> Insert:
    """The statement for rows of these columns, whose parameter `ROWS` is `as_rows`; it keeps their order."""
    table = Table.metadata.tables[table_name]
    columns = [column(name, table.c[name].type) for name in names]
    given = func.jsonb_to_recordset(bindparam(ROWS, type_=JSONB)).table_valued(*columns)
    return insert(table).from_select(names, select(given.render_derived(with_types=True)))


def as_rows(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The parameters of such a statement."""
    return {ROWS: [{name: _plain(value) for name, value in row.items()} for row in rows]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

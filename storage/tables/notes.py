"""Notes in columns."""

from typing import Any

from sqlalchemy import ColumnElement, Dialect, TypeDecorator, cast
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from domain.notes.note import Note, read


class NoteColumn(TypeDecorator[Note]):
    """A note, kept as JSON with its code."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Note | None, dialect: Dialect) -> Any:
        return None if value is None else value.as_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> Note | None:
        return read(value)


def code_of(column: InstrumentedAttribute[Note | None]) -> ColumnElement[str]:
    """The code of a note in a column."""
    code: ColumnElement[str] = cast(column, JSONB)["code"].astext
    return code

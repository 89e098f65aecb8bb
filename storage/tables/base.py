"""What all tables share."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, LargeBinary, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import UserDefinedType

from domain.notes.note import Note
from storage.tables.notes import NoteColumn


class Xid(UserDefinedType[int]):
    """PostgreSQL's `xid8`: a transaction's id, which is never used twice."""

    cache_ok = True

    def get_col_spec(self, **more: Any) -> str:
        """The type's name in SQL."""
        return "xid8"


class Table(DeclarativeBase):
    """Base of all tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        Note: NoteColumn,
        bytes: LargeBinary,
        int: BigInteger,
        str: String,
    }

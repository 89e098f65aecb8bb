"""What callbacks were sent and how each was answered: what forged ones did is compared with this."""

import hashlib
import sqlite3
import threading
import time
from dataclasses import dataclass
from typing import Literal

Nature = Literal["true", "earlier", "replayed", "forged", "misbound", "unknown"]
"""`forged` is signed with a wrong secret. `misbound` names another order of the supplier, `unknown` a number
of ours that nobody has; both are rightly signed."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT, supplier TEXT NOT NULL, number TEXT NOT NULL,
    nature TEXT NOT NULL, digest TEXT NOT NULL, at REAL NOT NULL, status INTEGER,
    acknowledged INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class SentNotice:
    """One callback as it was sent about the order under our number, and its answer.

    `digest` is the SHA-256 of its body in hex, `at` when it was sent (Unix seconds), `status` the HTTP status
    of the answer; None: there was none.
    """

    number: str
    nature: Nature
    digest: str
    at: float
    status: int | None
    acknowledged: bool


class NoticeLog:
    """The callbacks of one supplier, in the ledger's own file and under its lock."""

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock, supplier: str) -> None:
        self._db = db
        self._lock = lock
        self._supplier = supplier
        db.executescript(SCHEMA)

    def note(self, number: str, nature: Nature, body: bytes, status: int | None, acknowledged: bool) -> None:
        digest = hashlib.sha256(body).hexdigest()
        with self._lock:
            self._db.execute(
                "INSERT INTO notice (supplier, number, nature, digest, at, status, acknowledged)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self._supplier, number, nature, digest, time.time(), status, acknowledged),
            )

    def all(self) -> list[SentNotice]:
        """In the order in which they were answered."""
        columns = "number, nature, digest, at, status, acknowledged"
        query = f"SELECT {columns} FROM notice WHERE supplier = ? ORDER BY id"
        with self._lock:
            rows = [dict(row) for row in self._db.execute(query, (self._supplier,))]
        return [SentNotice(**{**row, "acknowledged": bool(row["acknowledged"])}) for row in rows]

    def acknowledged(self, number: str) -> int:
        """How many different true callbacks about an order were acknowledged."""
        query = (
            "SELECT COUNT(DISTINCT digest) AS many FROM notice"
            " WHERE supplier = ? AND number = ? AND nature = 'true' AND acknowledged"
        )
        with self._lock:
            return int(self._db.execute(query, (self._supplier, number)).fetchone()["many"])

"""Which faults really happened, beside the sales: an audit matches what was held with what was injected."""

import sqlite3
import threading
import time
from dataclasses import dataclass

SCHEMA = """
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT, supplier TEXT NOT NULL, number TEXT NOT NULL,
    act TEXT NOT NULL, call INTEGER NOT NULL, kind TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS fault_number ON fault (supplier, number);
"""

_SOLD = "EXISTS (SELECT 1 FROM sale WHERE sale.supplier = fault.supplier AND sale.number = fault.number)"


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """A fault that took effect: on which call (the n-th of this act under this number), and when."""

    number: str
    act: str
    call: int
    kind: str
    at: float


class FaultLog:
    """The injected faults of one supplier, in the ledger's own file and under its lock."""

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock, supplier: str) -> None:
        self._db = db
        self._lock = lock
        self._supplier = supplier
        db.executescript(SCHEMA)

    def note(self, number: str, act: str, call: int, kind: str) -> None:
        with self._lock:
            self._db.execute(
                "INSERT INTO fault (supplier, number, act, call, kind, at) VALUES (?, ?, ?, ?, ?, ?)",
                (self._supplier, number, act, call, kind, time.time()),
            )

    def all(self) -> list[InjectedFault]:
        """In the order in which they happened."""
        return self._select("1")

    def of(self, number: str) -> list[InjectedFault]:
        """Under one of our numbers, sold or not."""
        return self._select("number = ?", number)

    def without_sale(self) -> list[InjectedFault]:
        """Under numbers that were never sold. What is not here is in some `Sale.faults`."""
        return self._select(f"NOT {_SOLD}")

    def _select(self, condition: str, *values: object) -> list[InjectedFault]:
        query = (
            f"SELECT number, act, call, kind, at FROM fault WHERE supplier = ? AND {condition} ORDER BY id"
        )
        with self._lock:
            return [InjectedFault(**dict(row)) for row in self._db.execute(query, (self._supplier, *values))]

"""What a simulated supplier REALLY sold: the witness that fault runs audit the project's book against.

The ledger judges nothing. One sale is one row, and a second sale under the same number would be a second row:
refusing duplicates is the protocol's duty, and a ledger that hid its mistakes would hide ours too.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from simulator.faults.log import FaultLog
from simulator.shop.credentials import Secret
from simulator.shop.notice_log import NoticeLog
from simulator.shop.sale import Credential, NewSale, Outcome, Sale, Status

__all__ = ["Credential", "Ledger", "NewSale", "Outcome", "Sale", "Status"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sale (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    supplier TEXT NOT NULL, number TEXT NOT NULL, order_number TEXT NOT NULL UNIQUE,
    product_code TEXT NOT NULL, account TEXT NOT NULL,
    quantity INTEGER NOT NULL, money_minor INTEGER NOT NULL,
    status TEXT NOT NULL, ends_as TEXT NOT NULL, created_at REAL NOT NULL, due_at REAL NOT NULL,
    finished_at REAL, credited_minor INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS sale_number ON sale (supplier, number);
CREATE INDEX IF NOT EXISTS sale_due ON sale (supplier, due_at) WHERE status = 'pending';
CREATE TABLE IF NOT EXISTS credential (
    card_id INTEGER PRIMARY KEY AUTOINCREMENT, sale_id INTEGER NOT NULL REFERENCES sale (id),
    number TEXT NOT NULL, password TEXT NOT NULL, void INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS credential_sale ON credential (sale_id);
CREATE INDEX IF NOT EXISTS credential_number ON credential (number);
"""


class Ledger:
    """The sales of one supplier in a SQLite file (a restart remembers) or in `:memory:`. Thread-safe."""

    def __init__(self, path: str | Path, supplier: str) -> None:
        self.supplier = supplier
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {_SCHEMA}")
        self.faults = FaultLog(self._db, self._lock, supplier)
        self.notices = NoticeLog(self._db, self._lock, supplier)

    def record(self, sale: NewSale) -> Sale:
        """Write one sale, always as a row of its own."""
        fields = {"supplier": self.supplier, "status": "pending", **asdict(sale)}
        names, marks = ", ".join(fields), ", ".join(f":{name}" for name in fields)
        with self._transaction():
            row_id = self._db.execute(f"INSERT INTO sale ({names}) VALUES ({marks})", fields).lastrowid
        return self._select("id = ?", row_id)[0]

    def finish(self, sale: Sale, status: Outcome, at: float, secrets: Sequence[Secret] = ()) -> Sale:
        """End a pending sale; a failed one is paid back in full."""
        credited = sale.money_minor if status == "failed" else 0
        with self._transaction():
            self._db.execute(
                "UPDATE sale SET status = ?, finished_at = ?, credited_minor = ? WHERE id = ?",
                (status, at, credited, sale.id),
            )
            self._db.executemany(
                "INSERT INTO credential (sale_id, number, password) VALUES (?, ?, ?)",
                [(sale.id, secret.number, secret.password) for secret in secrets],
            )
        return self._select("id = ?", sale.id)[0]

    def pay_back(self, sale: Sale, cards: Sequence[Credential], minor: int) -> Sale:
        """Void these cards of a delivered sale and credit this much."""
        with self._transaction():
            self._db.executemany(
                "UPDATE credential SET void = 1 WHERE card_id = ?", [(card.card_id,) for card in cards]
            )
            self._db.execute(
                "UPDATE sale SET status = 'refunded', credited_minor = credited_minor + ? WHERE id = ?",
                (minor, sale.id),
            )
        return self._select("id = ?", sale.id)[0]

    def sales(self) -> list[Sale]:
        return self._select("1")

    def sales_of(self, number: str) -> list[Sale]:
        """Every sale under one of our numbers; more than one is a double sale."""
        return self._select("number = ?", number)

    def by_order_number(self, order_number: str) -> list[Sale]:
        return self._select("order_number = ?", order_number)

    def by_card(self, card_id: int) -> list[Sale]:
        return self._select("id = (SELECT sale_id FROM credential WHERE card_id = ?)", card_id)

    def due(self, now: float) -> list[Sale]:
        """Pending sales whose time has come."""
        return self._select("status = 'pending' AND due_at <= ?", now)

    def knows(self, secret: Secret) -> bool:
        """Whether a secret with this number was issued before."""
        with self._lock:
            row = self._db.execute("SELECT 1 FROM credential WHERE number = ?", (secret.number,)).fetchone()
        return row is not None

    def first_issued(self, product_code: str) -> Secret | None:
        """The first secret of this product that was issued and not given back."""
        query = (
            "SELECT credential.number, password FROM credential JOIN sale ON sale.id = sale_id"
            " WHERE supplier = ? AND product_code = ? AND NOT void AND password <> ''"
            " ORDER BY card_id LIMIT 1"
        )
        with self._lock:
            row = self._db.execute(query, (self.supplier, product_code)).fetchone()
        return None if row is None else Secret(**dict(row))

    def debits_minor(self) -> int:
        return self._sum("money_minor")

    def credits_minor(self) -> int:
        return self._sum("credited_minor")

    def duplicate_numbers(self) -> list[str]:
        """Our numbers that were sold more than once. Always empty, unless the simulator itself is wrong."""
        with self._lock:
            rows = self._db.execute(
                "SELECT number FROM sale WHERE supplier = ? GROUP BY number HAVING COUNT(*) > 1",
                (self.supplier,),
            ).fetchall()
        return [row["number"] for row in rows]

    def to_json(self) -> dict[str, object]:
        """The whole ledger as JSON-ready data."""
        with self._lock:
            return {
                "supplier": self.supplier,
                "sales": [asdict(sale) for sale in self.sales()],
                "debits_minor": self.debits_minor(),
                "credits_minor": self.credits_minor(),
                "duplicate_numbers": self.duplicate_numbers(),
                "faults_without_sale": [asdict(fault) for fault in self.faults.without_sale()],
            }

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _sum(self, column: Literal["money_minor", "credited_minor"]) -> int:
        query = f"SELECT COALESCE(SUM({column}), 0) AS total FROM sale WHERE supplier = ?"
        with self._lock:
            return int(self._db.execute(query, (self.supplier,)).fetchone()["total"])

    def _select(self, condition: str, *values: object) -> list[Sale]:
        query = f"SELECT * FROM sale WHERE supplier = ? AND {condition} ORDER BY id"
        with self._lock:
            rows = self._db.execute(query, (self.supplier, *values)).fetchall()
            return [self._sale(row) for row in rows]

    def _sale(self, row: sqlite3.Row) -> Sale:
        faults = tuple(fault.kind for fault in self.faults.of(row["number"]))
        return Sale(**dict(row), credentials=self._credentials(row["id"]), faults=faults)

    def _credentials(self, sale_id: int) -> tuple[Credential, ...]:
        rows = self._db.execute("SELECT * FROM credential WHERE sale_id = ? ORDER BY card_id", (sale_id,))
        return tuple(Credential(**{**dict(row), "void": bool(row["void"])}) for row in rows)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield

"""How large a fault run is, and which faults it meets how often."""

from dataclasses import dataclass, field
from pathlib import Path

from simulator.faults.kinds import ALL_KINDS
from simulator.faults.plan import Timing
from tests.chaos.defects.mutants import MUTANTS

RATES = {
    **dict.fromkeys(ALL_KINDS, 0.015),
    "create:too_many_requests": 0.01,
    "commit_after_not_found": 0.02,
    "duplicate_credential": 0.01,
    "success_later_reversed": 0.03,
    "partial_quantity": 0.05,
    "lost_callback": 0.05,
    "duplicate_callback": 0.1,
    "misbound_callback": 0.15,
    "forged_callback": 0.15,
    "unknown_callback": 0.1,
    "replayed_callback": 0.03,
    "reversed_before_answer": 0.03,
    "unusable_card": 0.01,
    "respelt_credential": 0.01,
}
TIMING = Timing(hang=10, drip=1.2, late_commit=1.0, late_callback=2.0, reversal=3.0, retry_after=1.0)
OVERDUE_AFTER = 10
"""So many calls that a fault could have hit and did not: it hits the next one."""
AT_ONCE = 40
MANY_ORDERS = 1000
"""A run of so many is long enough for every verb and every kind of case."""


@dataclass
class Plan:
    """How large a run is."""

    orders: int
    seed: int
    rounds: int
    workers: int = 2
    at_once: int = AT_ONCE
    """How many orders are being placed at a time; fewer on a machine that is busy otherwise."""
    pause: float = 6.0
    mutant: str = ""
    keep: Path | None = None
    rates: dict[str, float] = field(default_factory=lambda: dict(RATES))
    support_every: float = 0.7
    rubbish_every: float = 1.0
    patience: float = 300.0
    """Seconds without any change after which nothing more is waited for."""
    kills: int = 0
    """How often a worker is killed while it buys, besides those rounds."""
    until: tuple[str, ...] = ()
    """Acts that people go on for until each is done so often as it stands here, a minute or two at most."""
    fresh: int = 20
    """How many orders are placed after all faults, and must succeed."""

    @property
    def promised(self) -> dict[str, int]:
        """How often each disturbance is to happen at least."""
        servers = len([n for n in range(self.rounds) if n % 3 == 0])
        databases = len([n for n in range(self.rounds) if n % 3 == 1])
        down = len([n for n in range(self.rounds) if n % 3 == 2])
        return {
            "worker kills": self.rounds,
            "server restarts": servers,
            "database stops": databases,
            "suppliers down": down,
        }


def mutated(name: str) -> Plan:
    """A small run that brings a defect out."""
    mutant = MUTANTS[name]
    return Plan(
        orders=30,
        seed=8,
        rounds=0,
        workers=1,
        kills=mutant.kills,
        until=mutant.until,
        mutant=name,
        rates=mutant.rates,
        patience=45,
        fresh=0,
    )

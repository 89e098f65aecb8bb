"""Decides which fault hits a call."""

import hashlib
import math
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields

from simulator.faults.kinds import KINDS, Act, is_rate_name
from simulator.faults.overdue import Overdue


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the faults that wait do so, in seconds."""

    hang: float = 120.0
    drip: float = 20.0
    late_commit: float = 1.0
    late_callback: float = 5.0
    reversal: float = 2.0
    retry_after: float = 1.0

    def __post_init__(self) -> None:
        for field in fields(self):
            if not _is_number(getattr(self, field.name)):
                raise ValueError(f"timing {field.name}: not a number of seconds")


class FaultPlan:
    """Faults at given rates until `stop`. One plan may serve several suppliers.

    A rate is the chance of one kind at one call, drawn apart from every other kind's. When several kinds hit
    the same call, one of them is taken. With `overdue_after`, a kind that chance left out of so many calls
    hits the next one: which that is depends on when it comes.
    """

    def __init__(
        self,
        seed: int,
        rates: Mapping[str, float],
        timing: Timing | None = None,
        *,
        overdue_after: int | None = None,
    ) -> None:
        for name, rate in rates.items():
            if not is_rate_name(name):
                raise ValueError(f"no such fault: {name}")
            if not _is_number(rate) or rate > 1:
                raise ValueError(f"{name}: a rate is a number from 0 to 1")
        self.seed = seed
        self.rates = dict(rates)
        self.timing = timing or Timing()
        self.overdue = Overdue(overdue_after) if overdue_after is not None else None
        self._stopped_at: float | None = None

    @property
    def stopped(self) -> bool:
        return self._stopped_at is not None

    def stop(self) -> None:
        """No more faults; those that make someone wait end at once."""
        self._stopped_at = time.monotonic()

    def stopped_since(self, moment: float) -> bool:
        """Whether it was stopped at or after this monotonic time."""
        return self._stopped_at is not None and self._stopped_at >= moment

    def fault(
        self, supplier: str, number: str, act: Act, call: int, among: Collection[str] | None = None
    ) -> str | None:
        """The fault at the n-th call of this act under our number; `among` are the kinds that can apply."""
        if self.stopped:
            return None
        rates = {
            kind: rate
            for kind in sorted(KINDS[act] if among is None else KINDS[act] & set(among))
            if (rate := self.rates.get(f"{act}:{kind}", self.rates.get(kind, 0))) > 0
        }
        if self.overdue and (kind := self.overdue.pick((supplier, number, act, call), rates)):
            return kind
        drawn = {kind: self._draw(supplier, number, act, call, kind) for kind in rates}
        hits = [(drawn[kind] / rate, kind) for kind, rate in rates.items() if drawn[kind] < rate]
        return min(hits)[1] if hits else None

    def to_json(self) -> dict[str, object]:
        timing = asdict(self.timing)
        return {"seed": self.seed, "rates": self.rates, "timing": timing, "stopped": self.stopped}

    def _draw(self, *of: object) -> float:
        """From 0 to below 1, the same for the same call for ever."""
        text = "\x1f".join(str(part) for part in (self.seed, *of))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def plan_from_json(value: object) -> FaultPlan:
    """From `{seed, rates, timing?}`; ValueError says what is wrong."""
    if not isinstance(value, dict) or not set(value) <= {"seed", "rates", "timing"}:
        raise ValueError("not an object of seed, rates and timing")
    seed, rates, timing = value.get("seed"), value.get("rates"), value.get("timing", {})
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise ValueError("seed: not a whole number")
    if not isinstance(rates, dict) or not isinstance(timing, dict):
        raise ValueError("rates and timing are objects")
    unknown = set(timing) - {field.name for field in fields(Timing)}
    if unknown:
        raise ValueError(f"no such timing: {sorted(unknown)}")
    return FaultPlan(seed, rates, Timing(**timing))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf

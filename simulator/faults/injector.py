"""One supplier's hold on the fault plan: counts the calls, notes what took effect, is down for a while."""

import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from simulator.faults.kinds import DOWN, Act
from simulator.faults.log import FaultLog
from simulator.faults.plan import FaultPlan


@dataclass(frozen=True, slots=True)
class Strike:
    """What the plan says about one call: the fault that hits it, or None."""

    act: str
    number: str
    call: int
    kind: str | None


class Injector:
    """Asks the plan once per call. A fault is noted by whoever plays it, once it has taken effect."""

    def __init__(self, supplier: str, log: FaultLog) -> None:
        self.plan = FaultPlan(0, {})
        self.log = log
        self._supplier = supplier
        self._calls: Counter[tuple[str, str]] = Counter()
        self._down_since = self._down_until = 0.0

    def use(self, plan: FaultPlan) -> None:
        """From now on these faults, and every number's calls counted anew."""
        self.plan = plan
        self._calls.clear()

    def stop(self) -> None:
        """End all faults, also being down."""
        self.plan.stop()
        self._down_until = 0.0

    def down_for(self, seconds: float) -> None:
        """Refuse everything for so long from now; 0 ends it."""
        self._down_since = time.monotonic()
        self._down_until = self._down_since + seconds

    @property
    def is_down(self) -> bool:
        is_over = time.monotonic() >= self._down_until or self.plan.stopped_since(self._down_since)
        return not is_over

    def strike(self, act: Act, number: str) -> Strike:
        """What hits this call, which is the next of its act under our number."""
        self._calls[act, number] += 1
        call = self._calls[act, number]
        return Strike(act, number, call, self.plan.fault(self._supplier, number, act, call))

    def on_sale(self, number: str, among: Collection[str]) -> Strike:
        """What is wrong with the one sale under this number; asked again, it says the same."""
        return Strike("sale", number, 1, self.plan.fault(self._supplier, number, "sale", 1, among))

    def note(self, strike: Strike) -> None:
        if strike.kind is not None:
            self.log.note(strike.number, strike.act, strike.call, strike.kind)
            if self.plan.overdue:
                self.plan.overdue.struck(strike.kind)

    def note_down(self, number: str, act: str) -> None:
        self.log.note(number, act, 0, DOWN)

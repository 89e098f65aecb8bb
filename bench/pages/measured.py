"""Medians of the results, as pages need them."""

import json
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.report import RESULTS

IDLE = 0.5
"""The load average before a run, up to which a machine is taken to be idle."""


@dataclass(frozen=True)
class Measured:
    """What `bench/results.json` holds."""

    parts: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path = RESULTS) -> "Measured":
        """The results in this file."""
        return cls(json.loads(path.read_text()))

    def median(self, contestant: str, what: str) -> float:
        """Of a contestant, over its rounds."""
        values: list[float] = [each[what] for each in self.rounds(contestant)]
        return statistics.median(values)

    def cpu_ms(self, contestant: str) -> dict[str, float]:
        """CPU of one order in ms, by part: medians over the rounds."""
        rounds = self.rounds(contestant)
        return {
            part: statistics.median(each["cpu_ms"][part] for each in rounds) for part in rounds[0]["cpu_ms"]
        }

    def rounds(self, contestant: str) -> list[dict[str, Any]]:
        """The raw rounds of a contestant."""
        found: list[dict[str, Any]] = self.parts["speed"]["rounds"][contestant]
        return found

    def census(self, shape: str) -> Mapping[str, float]:
        """What one order of a shape was counted to do."""
        found: Mapping[str, float] = self.parts["speed"]["census"][shape]
        return found

    @property
    def contestants(self) -> list[str]:
        """Those that ran, in the order of the tables."""
        return list(self.parts["speed"]["rounds"])

    def where(self, part: str = "speed") -> str:
        """The machine, the moment and the commit of a part, in a sentence."""
        of = self.parts[part]["measured"]
        where = (
            f"{of['cores']} cores ({of['cpu']}), {of['memory_gb']} GB, {of['system']}, "
            f"Python {of['python']}, {of['at'].partition('T')[0]}, commit {of['commit']}"
        )
        if of["load_before"] <= IDLE:
            return where
        return f"{where}; **not idle** (load {of['load_before']}), so that its speeds are not to be quoted"

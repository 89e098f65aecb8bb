"""What a run of the benchmarks came to: a table, ratios, and a file for programs."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.measuring.census import Census
from bench.measuring.machine import this_machine
from bench.measuring.rounds import Round

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Asleep:
    """Memory that a thousand orders take while nothing of them is due, in MB."""

    orders: int
    worker_mb: float
    temporal_mb: float


@dataclass(frozen=True)
class Report:
    """Everything that one run measured, by contestant."""

    titles: Mapping[str, str]
    rounds: Mapping[str, Sequence[Round]]
    census: Mapping[str, Census]
    asleep: Asleep | None
    size: Mapping[str, int]

    def median(self, name: str, what: str) -> float:
        """The median over the rounds of a contestant."""
        values: list[float] = [getattr(each, what) for each in self.rounds[name]]
        return statistics.median(values)

    def cpu(self, name: str, part: str) -> float:
        """CPU of a part, ms an order: the median over the rounds."""
        return statistics.median(each.cpu_ms.get(part, 0.0) for each in self.rounds[name])

    def ratios(self) -> dict[str, float]:
        """What the numbers come to beside each other; above 1 is more than the other."""
        rate = {name: self.median(name, "orders_per_s") for name in self.rounds}
        found = {}
        pairs = {
            "ratio_sync_over_default_floor": ("sync", "default_floor_1_29"),
            "ratio_joint_over_default_floor": ("joint", "default_floor_1_29"),
            "ratio_sync_over_tuned_floor": ("sync", "tuned_floor"),
            "ratio_sync_over_dbos": ("sync", "dbos"),
        }
        for key, (ours, theirs) in pairs.items():
            if ours in rate and theirs in rate:
                found[key] = rate[ours] / rate[theirs]
        if "sync" in rate:
            found["worker_cpu_ms_sync"] = self.cpu("sync", "worker")
            found["client_cpu_ms_sync"] = self.cpu("sync", "client")
            found["writing_commits_sync"] = self.median("sync", "writing_commits")
            found["reading_commits_sync"] = self.median("sync", "reading_commits")
        if "joint" in rate:
            found["gateway_cpu_ms_per_callback"] = self.cpu("joint", "gateway") / 3
        if "tuned_floor" in rate and "sync" in rate:
            alone = self.median("tuned_floor", "alone_p50_ms")
            found["idle_p50_over_tuned"] = self.median("sync", "alone_p50_ms") / alone
            found["temporal_cpu_over_tuned"] = self.cpu("sync", "temporal") / self.cpu(
                "tuned_floor", "temporal"
            )
        return {key: round(value, 3) for key, value in found.items()}

    def as_json(self) -> dict[str, Any]:
        """All of it, raw rounds included."""
        return {
            "size": dict(self.size),
            "ratios": self.ratios(),
            "census": {name: asdict(each) for name, each in self.census.items()},
            "asleep": asdict(self.asleep) if self.asleep else None,
            "rounds": {name: [asdict(each) for each in rounds] for name, rounds in self.rounds.items()},
        }


def write(part: str, found: Mapping[str, Any], path: Path = RESULTS) -> None:
    """Put one part into the file of results, with where and when it was measured; the other parts stay."""
    known = json.loads(path.read_text()) if path.exists() else {}
    measured = {**found, "measured": this_machine()}
    path.write_text(json.dumps({**known, part: measured}, indent=2) + "\n")

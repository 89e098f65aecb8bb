"""What a fault run found, and how it is told: one line per invariant."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.chaos.audit.scene import Finding


@dataclass
class Verdict:
    """What a run found."""

    seed: int
    lines: list[tuple[str, Finding]]
    struck: dict[str, int]
    broken: dict[str, int]
    acts: dict[str, int]
    missing: list[str]
    seconds: float
    crashes: list[str] = field(default_factory=list)
    found_no_server: int = 0
    not_met: list[str] = field(default_factory=list)
    """Faults that the run was too short for."""
    kept: Path | None = None
    """The folder where everything was left."""

    @property
    def good(self) -> bool:
        """Whether every line is zero, everything promised did happen, and nothing of ours crashed."""
        broken = any(finding.violations for _, finding in self.lines)
        return not (broken or self.missing or self.crashes)


def told(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "nothing broken yet"


def show(verdict: Verdict, console: Console) -> None:
    """Every line, and what was done to deserve them."""
    table = Table(title=f"Fault run, seed {verdict.seed}, {verdict.seconds:.0f} s")
    for column in ("", "invariant", "violations", "counted"):
        table.add_column(column, justify="right" if column == "violations" else "left", no_wrap=True)
    for number, (title, finding) in enumerate(verdict.lines, start=1):
        shown = finding.shown or tuple(finding.counts)
        counts = ", ".join(f"{name} {finding.counts.get(name, 0)}" for name in shown)
        table.add_row(str(number), title, str(len(finding.violations)), counts)
    console.print(table)
    console.print(f"Faults that struck: {told(verdict.struck)}")
    console.print(f"Broken: {told(verdict.broken)}")
    console.print(f"Done by people: {told(verdict.acts)}")
    for number, (_, finding) in enumerate(verdict.lines, start=1):
        for violation in finding.violations[:20]:
            console.print(f"  {number}: {violation}", markup=False)
        if len(finding.violations) > 20:
            console.print(f"  {number}: and {len(finding.violations) - 20} more")
    if verdict.found_no_server:
        console.print(f"Started again, since a server had been away: {verdict.found_no_server}")
    for crash in verdict.crashes:
        console.print(f"Crashed: {crash}", markup=False)
    if verdict.not_met:
        console.print(f"Too short a run for: {', '.join(verdict.not_met)}")
    if verdict.missing:
        console.print(f"Promised, and it never happened: {', '.join(verdict.missing)}")
    if verdict.kept:
        home = f"PERKFLOW_HOME={verdict.kept.resolve()} perkflow"
        console.print(
            f"Kept, with its keys. To look at it: {home} up, and then {home} order list", markup=False
        )


def as_json(verdict: Verdict) -> str:
    """The verdict for programs."""
    lines = [
        {"invariant": number, "title": title, "violations": finding.violations, "counts": finding.counts}
        for number, (title, finding) in enumerate(verdict.lines, start=1)
    ]
    names = ("seed", "good", "struck", "broken", "acts", "missing", "not_met", "crashes", "seconds")
    return json.dumps({**{name: getattr(verdict, name) for name in names}, "lines": lines}, indent=2)

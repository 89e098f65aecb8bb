"""Invariant 6: no secret in plaintext in any byte that was left behind."""

import subprocess
import tempfile
from pathlib import Path

from tests.chaos.audit.scene import Finding, Scene

CANARY = "perkflow-canary-in-plain-sight"


def sealed(scene: Scene) -> Finding:
    """6. No credential, account or API secret in Temporal's file, the database's files or any log."""
    home = scene.ground.home
    searched = needles(scene)
    (home / "logs" / "canary.log").write_text(f"{CANARY}\n")
    files = [path for folder in ("temporal", "postgres", "logs") for path in (home / folder).rglob("*")]
    files = [path for path in files if path.is_file()]
    found = found_in(files, [*searched, CANARY])
    leaks = {(str(path.relative_to(home)), text) for path, text in found if text != CANARY}
    wrong = [f"{path} holds a secret that begins with {text[:4]}" for path, text in sorted(leaks)]
    if not any(text == CANARY for _, text in found):
        wrong.append("the search itself does not work: it missed a canary")
    size = sum(path.stat().st_size for path in files) // 2**20
    return Finding({"needles": len(searched), "files": len(files), "MiB": size}, wrong)


def needles(scene: Scene) -> list[str]:
    """Every secret of a run."""
    cards = [card for sales in scene.sales.values() for sale in sales for card in sale.credentials]
    issued = {text for card in cards for text in (card.number, card.password)}
    accounts = {supplier.secret for supplier in scene.ground.simulators.values()}
    ours = {*accounts, *scene.pool, *scene.witness.by_hand, *scene.witness.phones}
    keys = {value.partition(":")[2] or value for value in scene.ground.keys.values()}
    return sorted(needle for needle in issued | ours | keys | {"-of-the-buyer"} if len(needle) >= 8)


def found_in(files: list[Path], texts: list[str]) -> list[tuple[Path, str]]:
    """Which of these texts are in which of these files."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as patterns:
        patterns.write("\n".join(texts))
        patterns.flush()
        command = ["grep", "-a", "-o", "-H", "-F", "--null", "-f", patterns.name, "--"]
        found = []
        for start in range(0, len(files), 500):
            ran = subprocess.run(
                [*command, *map(str, files[start : start + 500])],
                capture_output=True,
                check=False,
                env={"LC_ALL": "C"},
            )
            for line in ran.stdout.split(b"\n"):
                path, separator, text = line.partition(b"\0")
                if separator:
                    found.append((Path(path.decode()), text.decode(errors="replace")))
        return found

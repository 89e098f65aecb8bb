"""Invariant 6: no secret in plaintext in any byte that was left behind."""

import subprocess
import tempfile
from pathlib import Path

from tests.chaos.audit.scene import Finding, Scene

CANARY = "perkflow-canary-in-plain-sight"


def sealed(scene: Scene) -> Finding:
    """6. No credential, account or API secret in Temporal's file, the database's files or any log."""
    home = scene.ground.home
    needles = _needles(scene)
    (home / "logs" / "canary.log").write_text(f"{CANARY}\n")
    files = [path for folder in ("temporal", "postgres", "logs") for path in (home / folder).rglob("*")]
    files = [path for path in files if path.is_file()]
    found = _grep(files, [*needles, CANARY])
    leaks = {(str(path.relative_to(home)), text) for path, text in found if text != CANARY}
    wrong = [f"{path} holds a secret that begins with {text[:4]}" for path, text in sorted(leaks)]
    if not any(text == CANARY for _, text in found):
        wrong.append("the search itself does not work: it missed a canary")
    size = sum(path.stat().st_size for path in files) // 2**20
    return Finding({"needles": len(needles), "files": len(files), "MiB": size}, wrong)


def _needles(scene: Scene) -> list[str]:
    cards = [card for sales in scene.sales.values() for sale in sales for card in sale.credentials]
    issued = {text for card in cards for text in (card.number, card.password)}
    accounts = {supplier.secret for supplier in scene.ground.simulators.values()}
    ours = {*accounts, *scene.pool, *scene.witness.by_hand, *scene.witness.phones}
    keys = {value.partition(":")[2] or value for value in scene.ground.keys.values()}
    return sorted(needle for needle in issued | ours | keys | {"-of-the-buyer"} if len(needle) >= 8)


def _grep(files: list[Path], needles: list[str]) -> list[tuple[Path, str]]:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as patterns:
        patterns.write("\n".join(needles))
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

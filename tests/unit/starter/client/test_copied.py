"""The client's folder, copied into a shop: it needs httpx, and nothing of ours."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.places import ROOT

LOADED = "import sys, shop_perkflow; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
OURS = {"starter", "domain", "storage", "activities", "adapters", "workflows", "settings"}
HEAVY = {"sqlalchemy", "psycopg", "temporalio", "pydantic", "fastapi", "standardwebhooks"}


def test_it_is_imported_without_the_rest(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "starter" / "client", tmp_path / "shop_perkflow")
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert {"httpx", "shop_perkflow"} <= loaded
    assert loaded & (OURS | HEAVY) == set()

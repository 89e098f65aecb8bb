"""Where this checkout is, and the documents it shows as examples."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"

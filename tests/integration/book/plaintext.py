"""Finding plaintext in the bytes that a running Perkflow leaves behind."""

from collections.abc import Iterable
from pathlib import Path


def found_in(files: Iterable[Path], needles: Iterable[str]) -> dict[str, list[str]]:
    """For each needle, the names of the files whose bytes contain it (UTF-8 or UTF-16)."""
    wanted = {needle: (needle.encode(), needle.encode("utf-16-le")) for needle in needles}
    found: dict[str, list[str]] = {needle: [] for needle in wanted}
    for file in files:
        data = file.read_bytes()
        for needle, forms in wanted.items():
            if any(form in data for form in forms):
                found[needle].append(file.name)
    return {needle: names for needle, names in found.items() if names}


def files_below(folder: Path) -> list[Path]:
    """Every regular file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]

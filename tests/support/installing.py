"""Distributions that bring supplier protocols, installed where the running process finds them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from adapters.registry import GROUP, protocols


class Install(Protocol):
    """Installs version 1.2 of a distribution: a module's source, and its entry points by name."""

    def __call__(self, distribution: str, points: Mapping[str, str], module: str, source: str) -> None: ...


@contextmanager
def installing(folder: Path) -> Iterator[Install]:
    """What it installs is known to the registry until the end."""

    with pytest.MonkeyPatch.context() as monkeypatch:

        def install(distribution: str, points: Mapping[str, str], module: str, source: str) -> None:
            site = folder / distribution
            metadata = site / f"{distribution.replace('-', '_')}-1.2.dist-info"
            metadata.mkdir(parents=True)
            (site / f"{module}.py").write_text(source)
            (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n")
            lines = [f"{name} = {value}" for name, value in points.items()]
            (metadata / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines, ""]))
            monkeypatch.syspath_prepend(site)
            protocols.cache_clear()

        yield install
    protocols.cache_clear()

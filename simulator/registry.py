"""The suppliers that can be simulated: every folder beside this file that exports `SIMULATOR`."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import simulator
from simulator.protocol import Simulator


@cache
def simulators() -> Mapping[str, Simulator]:
    """Every simulator by its name."""
    folders = (module.name for module in iter_modules(simulator.__path__) if module.ispkg)
    exports = (getattr(import_module(f"simulator.{folder}"), "SIMULATOR", None) for folder in folders)
    return {export.name: export for export in exports if isinstance(export, Simulator)}

"""The suppliers that can be simulated: every folder beside this file that exports `SIMULATOR`.

A server plays one, or under its name with `-sandbox` behind it that supplier's test system: the same, with an
account and a ledger of its own.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import simulator
from simulator.protocol import Simulator

_SANDBOX = "-sandbox"


def sandbox_named(name: str) -> str:
    """Under which name a supplier's test system is played."""
    return name + _SANDBOX


def played_as(name: str) -> Simulator:
    """The simulator that a server of this name plays. Raises KeyError."""
    return simulators()[name.removesuffix(_SANDBOX)]


@cache
def simulators() -> Mapping[str, Simulator]:
    """Every simulator by its name."""
    folders = (module.name for module in iter_modules(simulator.__path__) if module.ispkg)
    exports = (getattr(import_module(f"simulator.{folder}"), "SIMULATOR", None) for folder in folders)
    return {export.name: export for export in exports if isinstance(export, Simulator)}

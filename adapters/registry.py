"""The supplier protocols that this process speaks: those of the folders beside this file, and installed ones.

Nothing else names a protocol. A folder here that exports `PROTOCOL` is one. So is an entry point of an
installed distribution in the group `perkflow.protocols`, under the protocol's own name:

    [project.entry-points."perkflow.protocols"]
    acme = "acme_perkflow:PROTOCOL"
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from typing import Any

import adapters
from adapters.config import ConnectionConfig
from adapters.own_stock import OwnStock
from adapters.protocol import SupplierProtocol
from adapters.supplier import Supplier
from domain.planning.modes import Supply

GROUP = "perkflow.protocols"
Protocols = Mapping[str, SupplierProtocol[Any]]


class ProtocolsError(Exception):
    """An installed protocol cannot be used; the text says which distribution brings it and what to do."""


@cache
def protocols() -> Protocols:
    """Every protocol by its name. Raises ProtocolsError for an installed one that cannot be used."""
    found = dict(_of_this_folder())
    owners = dict.fromkeys(found, "Perkflow itself")
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, _owner(point))):
        protocol, owner = _loaded(point), _owner(point)
        if point.name in found:
            raise ProtocolsError(
                f"the supplier protocol {point.name} is brought by {owners[point.name]} and by {owner}: "
                f"uninstall {owner}, or have it take another name"
            )
        found[point.name], owners[point.name] = protocol, owner
    return found


def names_in_words() -> str:
    """What a connection may name as its protocol, for people."""
    *most, last = sorted(protocols())
    return f"{', '.join(most)} or {last}" if most else last


def build(name: str, config: ConnectionConfig, stock: OwnStock) -> Supplier:
    """The supplier behind a connection. `stock` is what we sell of our own."""
    return protocols()[config.protocol].build(name, config, stock)


def build_all(connections: Mapping[str, ConnectionConfig], stock: OwnStock) -> dict[str, Supplier]:
    """The suppliers behind these connections, which the caller closes."""
    return {name: build(name, config, stock) for name, config in connections.items()}


def supply_of(connections: Mapping[str, ConnectionConfig], suppliers: Mapping[str, Supplier]) -> Supply:
    """What accepting an order has to know of these connections."""
    return Supply(
        own_stock=[name for name, supplier in suppliers.items() if supplier.capabilities.kept_here],
        sandboxes={each.sandbox_of: name for name, each in connections.items() if each.sandbox_of},
    )


def _of_this_folder() -> Iterator[tuple[str, SupplierProtocol[Any]]]:
    folders = (module.name for module in iter_modules(adapters.__path__) if module.ispkg)
    for folder in folders:
        protocol = getattr(import_module(f"adapters.{folder}"), "PROTOCOL", None)
        if isinstance(protocol, SupplierProtocol):
            yield protocol.name, protocol


def _loaded(point: EntryPoint) -> SupplierProtocol[Any]:
    brought = f"the supplier protocol {point.name} of {_owner(point)}"
    try:
        protocol = point.load()
    except Exception as error:  # whatever a stranger's module does when it is imported
        why = f"{type(error).__name__}: {error}" if isinstance(error, ImportError) else type(error).__name__
        raise ProtocolsError(
            f"{brought} cannot be loaded from {point.value} ({why}): repair or uninstall it"
        ) from error
    if not isinstance(protocol, SupplierProtocol):
        raise ProtocolsError(
            f"{brought} is not one: {point.value} must be an adapters.protocol.SupplierProtocol; "
            "correct its entry point or uninstall it"
        )
    if protocol.name != point.name:
        raise ProtocolsError(
            f"{brought} calls itself {protocol.name}: "
            "its entry point must have the same name; correct it or uninstall it"
        )
    return protocol


def _owner(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value

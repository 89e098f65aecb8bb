"""Which connections may be the sandbox of which others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol


class Outline(Protocol):
    """What of a connection decides that."""

    @property
    def protocol(self) -> str: ...

    @property
    def currency(self) -> str: ...

    @property
    def sandbox_of(self) -> str | None: ...


@dataclass(frozen=True)
class WrongSandbox:
    """A connection whose `sandbox_of` cannot be as it is."""

    connection: str
    message: str


def wrong_sandboxes(connections: Mapping[str, Outline]) -> Iterator[WrongSandbox]:
    """Every connection whose `sandbox_of` contradicts itself or the others."""
    taken: dict[str, str] = {}
    for name, connection in connections.items():
        of = connection.sandbox_of
        if of is None:
            continue
        if why := _why_not(name, connection, of, connections):
            yield WrongSandbox(name, why)
        elif of in taken:
            yield WrongSandbox(name, f"{of} has a sandbox already, {taken[of]}: a connection has one")
        taken.setdefault(of, name)


def _why_not(name: str, connection: Outline, of: str, connections: Mapping[str, Outline]) -> str | None:
    if of == name:
        return "names itself: write the live connection that it stands for"
    live = connections.get(of)
    if live is None:
        return f"there is no connection {of}"
    if live.sandbox_of is not None:
        return f"{of} is a sandbox itself: write the live connection"
    if live.protocol != connection.protocol:
        return f"must speak the protocol of {of}, {live.protocol}: it is asked for the same products"
    if live.currency != connection.currency:
        return f"must sell in the currency of {of}, {live.currency}"
    return None

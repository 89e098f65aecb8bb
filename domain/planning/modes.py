"""Where what an order buys may lead: live connections, or for a test channel the sandbox of each of them.

Resolved once, when an order is accepted, and pinned with it: whatever happens later stays on that side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.planning.plan import PinnedOffer, PlannedDelivery

NO_SANDBOX, SANDBOX_ONLY = "no_sandbox", "sandbox_only"
"""Codes of the refusal of an order that nobody may serve on its side."""


@dataclass(frozen=True)
class Supply:
    """What accepting an order knows of the supplier connections."""

    own_stock: Sequence[str] = ()
    """Those that sell keys of our own."""
    sandboxes: Mapping[str, str] = field(default_factory=dict)
    """The sandbox of each live connection that has one."""

    def serving(self, connection: str, *, livemode: bool) -> str | None:
        """The connection that an offer of this one leads to; None where it leads nowhere."""
        if livemode:
            return None if connection in self.sandboxes.values() else connection
        return self.sandboxes.get(connection)


ALL_LIVE = Supply()
"""No connection is a sandbox, nor sells keys of our own."""


@dataclass(frozen=True)
class Unserved:
    """A component that nobody may serve on this side."""

    component: str
    connections: Sequence[str]
    livemode: bool

    @property
    def code(self) -> str:
        """Which refusal it is."""
        return SANDBOX_ONLY if self.livemode else NO_SANDBOX

    @property
    def message(self) -> str:
        """Why its order is not accepted, for the channel."""
        named = ", ".join(self.connections)
        if self.livemode:
            return f"component {self.component} is offered by sandboxes alone: {named}"
        has = "have no sandbox" if len(self.connections) > 1 else "has no sandbox"
        return (
            f"component {self.component} cannot be ordered by a test channel: {named} {has}; a connection "
            "with `sandbox_of` is one"
        )


def on_its_side(
    plan: Sequence[PlannedDelivery], supply: Supply, *, livemode: bool
) -> Sequence[PlannedDelivery] | Unserved:
    """The plan with its offers leading where they may; or the first component that has none left."""
    if livemode and not supply.sandboxes:
        return plan
    resolved = []
    for planned in plan:
        offers = offers_on_side(planned.offers, supply, livemode=livemode)
        if not offers:
            named = tuple(dict.fromkeys(each.connection for each in planned.offers))
            return Unserved(planned.component, named, livemode)
        resolved.append(planned.served_by(offers))
    return resolved


def offers_on_side(offers: Sequence[PinnedOffer], supply: Supply, *, livemode: bool) -> list[PinnedOffer]:
    """The offers that may be bought from on this side, each at the connection that it leads to."""
    led = [(each, supply.serving(each.connection, livemode=livemode)) for each in offers]
    return [each.at(connection) for each, connection in led if connection is not None]

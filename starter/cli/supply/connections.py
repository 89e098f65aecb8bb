"""Which supplier connections there are, by name and protocol, without anybody's secrets.

Whoever writes or publishes contracts needs the names only. A worker, which calls suppliers, reads the whole
file with `adapters.registry` and needs every variable it refers to.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from adapters.fulu import FuluConfig
from adapters.kayixin import KayixinConfig
from adapters.pool import PoolConfig
from domain.contract.catalogue import Facts, Offer, OfferFacts
from domain.money import Currency
from settings import Settings
from starter.documents.reading import load
from starter.not_ready import NotReady

_CONFIGS: Mapping[str, type[KayixinConfig | FuluConfig | PoolConfig]] = {
    "kayixin": KayixinConfig,
    "fulu": FuluConfig,
    "pool": PoolConfig,
}


class ConnectionOutline(BaseModel):
    """What of a connection is no secret."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    protocol: Literal["kayixin", "fulu", "pool"]
    currency: Currency = "CNY"


class _Outlines(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    connections: dict[str, ConnectionOutline]


def read_outlines(settings: Settings, file: Path | None = None) -> dict[str, ConnectionOutline]:
    """The connections of `file`, or of the deployment. Raises NotReady, InvalidDocument."""
    path = file or settings.connections
    if path is None:
        raise NotReady(
            "no supplier connections: set PERKFLOW_CONNECTIONS to a file like examples/connections.yaml"
        )
    return load(path, _Outlines).value.connections


def facts_of(outlines: Mapping[str, ConnectionOutline]) -> Facts:
    """What the connections' protocols say about offers."""

    def facts(offer: Offer) -> OfferFacts | None:
        outline = outlines.get(offer.connection)
        if outline is None:
            return None
        config: KayixinConfig | FuluConfig | PoolConfig = _CONFIGS[outline.protocol].model_construct(
            **outline.model_dump()
        )
        return config.facts(offer.options)

    return facts

"""Which supplier connections there are, by name and protocol, without anybody's secrets.

Whoever writes or publishes contracts needs the names only. A worker, which calls suppliers, reads the whole
file with `adapters.registry` and needs every variable it refers to.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from settings import Settings
from starter.connect import NotReady
from starter.documents import load


class ConnectionOutline(BaseModel):
    """What of a connection is no secret."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    protocol: Literal["kayixin", "fulu", "pool"]


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

"""The command lines and the environment of our own children, all in one place."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from settings import Settings
from starter.stack import dev_secrets
from starter.stack.info import NAMESPACE, StackInfo, simulator_variable

_CLI = (sys.executable, "-m", "starter.cli")
EXAMPLE_CONNECTIONS = Path(__file__).parents[2] / "examples" / "connections.yaml"


def simulate(ports: Mapping[str, int], callbacks: Mapping[str, str]) -> list[str]:
    """The supplier simulators: their loopback ports, and where each sends its callbacks."""
    options = [("--port", ports), ("--callback-url", callbacks)]
    return [
        *_CLI,
        "simulate",
        *(part for option, each in options for name in each for part in (option, f"{name}={each[name]}")),
    ]


def migrate() -> list[str]:
    """Brings the database to today's schema and ends."""
    return [*_CLI, "migrate"]


def worker() -> list[str]:
    return [*_CLI, "worker"]


def gateway(port: int) -> list[str]:
    """The receiver of suppliers' callbacks, on this loopback port."""
    return [*_CLI, "gateway", "--port", str(port)]


def environment(settings: Settings, info: StackInfo) -> dict[str, str]:
    """The whole environment of a process that works with this stack, its secrets included.

    What the user set wins over development secrets and example connections; the stack's addresses over all.
    """
    inherited = dict(os.environ)
    ours = {
        "PERKFLOW_CONNECTIONS": str(EXAMPLE_CONNECTIONS),
        **dev_secrets.read(settings.home),
    }
    served = {**info.simulators, **info.sandboxes}
    addresses = {simulator_variable(name, "url"): url for name, url in served.items()}
    addresses["PERKFLOW_CALLBACKS"] = info.gateway
    addresses["PERKFLOW_WEBHOOKS_TO_LOOPBACK"] = "true"  # receivers of a local stack are here too
    if info.database_url is not None:
        addresses["PERKFLOW_DATABASE_URL"] = info.database_url
    if info.temporal_address is not None:
        inherited = {name: value for name, value in inherited.items() if not name.startswith("TEMPORAL_")}
        addresses["TEMPORAL_ADDRESS"] = info.temporal_address
        addresses["TEMPORAL_NAMESPACE"] = NAMESPACE
        addresses["TEMPORAL_CONFIG_FILE"] = os.devnull  # no profile of another cluster mixes in
        addresses["PERKFLOW_BUILD_ID"] = ""  # nobody would route this stack's own server to a build
    return {**ours, **inherited, **_as_variables(settings), **addresses}


def _as_variables(settings: Settings) -> dict[str, str]:
    return {
        f"PERKFLOW_{name.upper()}": value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in settings
        if value is not None
    }

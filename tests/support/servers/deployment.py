"""What a deployment is given in tests: keys, connections to the simulators, variables that name both."""

import base64
import os
from collections.abc import Mapping
from pathlib import Path

from adapters.config import ConnectionConfig
from adapters.connections import load_connections
from simulator.serving.server import Simulators
from storage.base.sealing import Fingerprints, KeyRing, Vault

CONNECTIONS = """
connections:
  kayixin:
    protocol: kayixin
    base_url: ${KAYIXIN_URL}
    app_id: ${KAYIXIN_APP_ID}
    secret: ${KAYIXIN_SECRET}
    absence_after: PT2S
    timeout: PT2S
  fulu:
    protocol: fulu
    gateway: ${FULU_URL}
    app_key: ${FULU_APP_KEY}
    secret: ${FULU_SECRET}
    absence_after: PT2S
    timeout: PT2S
  dead:
    protocol: kayixin
    base_url: http://127.0.0.1:9
    app_id: nobody
    secret: "00000000000000000000000000000000"
  pool:
    protocol: pool
"""
SANDBOXES = """
  kayixin-test:
    sandbox_of: kayixin
    protocol: kayixin
    base_url: ${KAYIXIN_URL}
    app_id: ${KAYIXIN_APP_ID}
    secret: ${KAYIXIN_SECRET}
    absence_after: PT2S
    timeout: PT2S
  pool-test:
    sandbox_of: pool
    protocol: pool
"""


def fresh_keys() -> dict[str, str]:
    """Fresh keys as a deployment sets them."""
    return {
        "PERKFLOW_KEYRING": "k1:" + base64.b64encode(os.urandom(32)).decode(),
        "PERKFLOW_FINGERPRINT_KEY": base64.b64encode(os.urandom(32)).decode(),
    }


def vault_of(keys: Mapping[str, str]) -> Vault:
    """The vault that a process with these variables opens."""
    return Vault(
        KeyRing.parse(keys["PERKFLOW_KEYRING"]),
        Fingerprints(base64.b64decode(keys["PERKFLOW_FINGERPRINT_KEY"])),
    )


def simulator_variables(simulators: Simulators) -> dict[str, str]:
    """The environment that `CONNECTIONS` refers to."""
    return {
        "KAYIXIN_URL": simulators["kayixin"].url,
        "KAYIXIN_APP_ID": simulators["kayixin"].app_id,
        "KAYIXIN_SECRET": simulators["kayixin"].secret,
        "FULU_URL": simulators["fulu"].url,
        "FULU_APP_KEY": simulators["fulu"].app_id,
        "FULU_SECRET": simulators["fulu"].secret,
    }


def connections_of(
    simulators: Simulators, folder: Path, more: str = ""
) -> tuple[Path, dict[str, ConnectionConfig]]:
    """`CONNECTIONS`, and `more` such, pointed at these simulators; the file in this folder that has them."""
    path = folder / "connections.yaml"
    path.write_text(CONNECTIONS + more)
    return path, load_connections(path, simulator_variables(simulators))

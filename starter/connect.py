"""Connections to what Perkflow runs on: keys, database, Temporal. Built here, handed in everywhere else.

A missing piece is one line that says what is missing and how to start it. What only one of them needs is
loaded with it: a command that reads the book does not wait for Temporal's client.
"""

import asyncio
import os
from typing import TYPE_CHECKING

from settings import Settings
from starter.not_ready import NotReady, database_url
from storage.base.database import Database
from storage.base.sealing import Fingerprints, KeyRing, SealingError, Vault, decode_key

if TYPE_CHECKING:
    from temporalio.client import Client

    from adapters.config import ConnectionConfig

CONNECT_SECONDS = 10


def open_vault(settings: Settings) -> Vault:
    """The keys of this process. Raises NotReady."""
    if settings.keyring is None or settings.fingerprint_key is None:
        raise NotReady(
            "no keys: set PERKFLOW_KEYRING and PERKFLOW_FINGERPRINT_KEY, "
            "or start the local stack with `perkflow up`, which makes its own"
        )
    try:
        ring = KeyRing.parse(settings.keyring.get_secret_value())
        key = decode_key(settings.fingerprint_key.get_secret_value(), "PERKFLOW_FINGERPRINT_KEY")
    except SealingError as error:
        raise NotReady(str(error)) from None
    return Vault(ring, Fingerprints(key))


def open_database(settings: Settings) -> Database:
    """The book's database, not yet connected. Raises NotReady."""
    return Database(database_url(settings))


def read_connections(settings: Settings) -> "dict[str, ConnectionConfig]":
    """The supplier connections of this deployment. Raises NotReady."""
    from adapters.connections import ConnectionsError, load_connections
    from adapters.registry import ProtocolsError

    if settings.connections is None:
        raise NotReady(
            "no supplier connections: set PERKFLOW_CONNECTIONS to a file like examples/connections.yaml"
        )
    try:
        return load_connections(settings.connections, os.environ)
    except (ConnectionsError, ProtocolsError) as error:
        raise NotReady(str(error)) from None


async def connect_temporal(vault: Vault) -> "Client":
    """A Temporal client by the environment's configuration (TEMPORAL_ADDRESS, ...). Raises NotReady."""
    from temporalio.client import Client
    from temporalio.envconfig import ClientConfig

    from starter.codec import data_converter

    try:
        config = ClientConfig.load_client_connect_config()
    except RuntimeError as error:
        raise NotReady(f"Temporal's configuration (TEMPORAL_...) cannot be used: {error}") from None
    config.setdefault("target_host", "127.0.0.1:7233")
    address = config["target_host"]
    try:
        return await asyncio.wait_for(
            Client.connect(**config, data_converter=data_converter(vault)), CONNECT_SECONDS
        )
    except (RuntimeError, TimeoutError):
        raise NotReady(
            f"Temporal does not answer at {address}: start it with `perkflow up`, "
            "or set TEMPORAL_ADDRESS to a running one"
        ) from None

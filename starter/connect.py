"""Connections to what Perkflow runs on: keys, database, Temporal. Built here, handed in everywhere else.

A missing piece is one line that says what is missing and how to start it.
"""

import asyncio
import os

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from adapters.registry import Connection, ConnectionsError, load_connections
from settings import Settings
from starter.codec import data_converter
from storage.database import Database
from storage.sealing import Fingerprints, KeyRing, SealingError, Vault, decode_key

CONNECT_SECONDS = 10


class NotReady(Exception):
    """Something that Perkflow needs is missing or unreachable; the text is for the person who started it."""


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
    if settings.database_url is None:
        raise NotReady(
            "no database: start the local stack with `perkflow up`, or set PERKFLOW_DATABASE_URL "
            "(postgresql+psycopg://...)"
        )
    return Database(settings.database_url.get_secret_value())


def read_connections(settings: Settings) -> dict[str, Connection]:
    """The supplier connections of this deployment. Raises NotReady."""
    if settings.connections is None:
        raise NotReady(
            "no supplier connections: set PERKFLOW_CONNECTIONS to a file like examples/connections.yaml"
        )
    try:
        return load_connections(settings.connections, os.environ)
    except ConnectionsError as error:
        raise NotReady(str(error)) from None


async def connect_temporal(ring: KeyRing) -> Client:
    """A Temporal client by the environment's configuration (TEMPORAL_ADDRESS, ...). Raises NotReady."""
    try:
        config = ClientConfig.load_client_connect_config()
    except RuntimeError as error:
        raise NotReady(f"Temporal's configuration (TEMPORAL_...) cannot be used: {error}") from None
    config.setdefault("target_host", "127.0.0.1:7233")
    address = config["target_host"]
    try:
        return await asyncio.wait_for(
            Client.connect(**config, data_converter=data_converter(ring)), CONNECT_SECONDS
        )
    except (RuntimeError, TimeoutError):
        raise NotReady(
            f"Temporal does not answer at {address}: start it with `perkflow up`, "
            "or set TEMPORAL_ADDRESS to a running one"
        ) from None

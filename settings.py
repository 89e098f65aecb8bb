"""What a deployment can set, read from the environment (`PERKFLOW_…`).

Temporal's own connection is not here: it uses the variables and profiles of `temporalio.envconfig`
(`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_PROFILE`, ...), as every Temporal tool does.
"""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.retention import LEAST_FOR_EVENTS, Retention


class Settings(BaseSettings):
    """One process's settings; every field has an environment variable `PERKFLOW_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="PERKFLOW_", extra="ignore")

    home: Path = Field(
        default_factory=lambda: Path.home() / ".local" / "share" / "perkflow",
        description="Where the embedded stack keeps its database, Temporal's file, secrets and logs.",
    )
    database_url: SecretStr | None = Field(
        None, description="SQLAlchemy URL of PostgreSQL (postgresql+psycopg://...). Unset: the embedded one."
    )
    keyring: SecretStr | None = Field(
        None,
        description="AES-256 keys as 'id:base64,id:base64'. The first seals, all of them open.",
    )
    fingerprint_key: SecretStr | None = Field(
        None, description="Base64 key of fingerprints and blind indexes. It never rotates."
    )
    build_id: str | None = Field(
        None, description="A worker's build, which gets work once Temporal routes to it. Unset: unversioned."
    )
    connections: Path | None = Field(None, description="YAML file of supplier connections.")
    temporal_binary: Path | None = Field(None, description="The `temporal` CLI to start a local server with.")
    temporal_port: int = 7233
    ui_port: int = 8233
    gateway_port: int = 8380
    public_url: str = Field(
        "", description="The gateway's address as buyers see it (https://…), in the links that it makes."
    )
    gateway_processes: int = Field(
        1, ge=1, description="How many gateways serve; each lets a key have its share of the rate."
    )
    simulator_port: int = Field(8301, description="The first simulator's; the others follow. 0: free ones.")
    ops_lang: Literal["en", "zh"] = Field(
        "en", description="Language of what new orders write into Temporal, for operations: en or zh."
    )
    webhooks_to_loopback: bool = Field(
        False, description="Webhooks may go to this machine, over http too: for trying it out."
    )
    events_kept: timedelta = Field(
        Retention.events,
        ge=LEAST_FOR_EVENTS,
        description="How long public events, and what endpoints answered, are kept: P90D, P14D at least.",
    )
    links_kept: timedelta = Field(
        Retention.links,
        ge=timedelta(0),
        description="How long reveal links are kept after they expired, as an ISO 8601 duration: P30D.",
    )
    log_level: str = "INFO"

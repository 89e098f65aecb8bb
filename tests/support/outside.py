"""Working with the product's own stack from a test: processes of its own, found by their addresses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.messages import OrderResult
from settings import Settings
from starter.connect import connect_temporal, open_database, open_vault
from starter.desk.desk import Desk
from starter.stack.stack import Stack
from storage.base.database import Database
from storage.base.sealing import Vault
from storage.contracts.bundles import publish_bundle, publish_catalogue
from tests.support.world import money


@dataclass(frozen=True)
class Outside:
    """What a process beside the stack holds."""

    client: Client
    database: Database
    vault: Vault

    @property
    def checkout(self) -> Desk:
        """A checkout system's client."""
        return Desk(self.client, self.database, self.vault)

    def run_of(self, number: str) -> WorkflowHandle[Any, OrderResult]:
        """The run of order `channel/order_no`."""
        return self.client.get_workflow_handle(f"order/{number}", result_type=OrderResult)

    async def publish(self, name: str, benefits: list[dict[str, Any]], **more: Any) -> Bundle:
        """Publish a bundle with one component per benefit, over these benefits alone."""
        catalogue = Catalogue.model_validate({"benefits": benefits})
        bundle = Bundle.model_validate(
            {
                "id": name,
                "version": 1,
                "title": name,
                "price": money(9900),
                "policy": "best_effort",
                "components": [{"id": b["id"], "benefit": b["id"]} for b in benefits],
                **more,
            }
        )
        now = datetime.now(UTC)
        async with self.database.transaction() as session:
            await publish_catalogue(session, catalogue, now)
            await publish_bundle(session, bundle, catalogue, now)
        return bundle


@asynccontextmanager
async def beside(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Outside]:
    """A process that works with a running stack."""
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    vault, database = open_vault(settings), open_database(settings)
    yield Outside(await connect_temporal(vault), database, vault)
    await database.close()

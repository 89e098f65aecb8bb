"""The embedded Temporal server remembers: runs over a restart, closed ones for months, search attributes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from starter.stack.lock import held
from starter.stack.ports import accepts, free_port
from starter.stack.progress import StackError
from starter.stack.servers.temporal_server import TemporalServer, running_temporal

_STATE = SearchAttributeKey.for_keyword("OrderState")


def _quiet(line: str) -> None:
    pass


@asynccontextmanager
async def _server(
    binary: Path, home: Path, search_attributes: Mapping[str, str], *, port: int = 0
) -> AsyncIterator[tuple[TemporalServer, Client]]:
    async with (
        held(home / "lock", busy="in use", wait=None, progress=_quiet) as lock,
        running_temporal(
            binary, home, lock, _quiet, search_attributes=search_attributes, port=port, ui_port=0
        ) as server,
    ):
        yield server, await Client.connect(server.address)


async def test_it_remembers_over_a_restart(temporal_binary: Path, tmp_path: Path) -> None:
    async with _server(temporal_binary, tmp_path, {"OrderState": "Keyword"}) as (server, client):
        attributes = TypedSearchAttributes([SearchAttributePair(_STATE, "held")])
        await client.start_workflow("Order", id="order/1", task_queue="none", search_attributes=attributes)
        ui_port = int(server.ui_url.rpartition(":")[2])
        assert accepts(ui_port)

    assert not accepts(ui_port)

    wanted = {"OrderState": "Keyword", "HoldReasons": "KeywordList"}
    async with _server(temporal_binary, tmp_path, wanted) as (_, client):
        described = await client.get_workflow_handle("order/1").describe()
        assert described.status == WorkflowExecutionStatus.RUNNING
        assert described.typed_search_attributes[_STATE] == "held"

        namespace = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace="default")
        )
        kept = namespace.config.workflow_execution_retention_ttl.ToTimedelta()
        assert kept == timedelta(days=90)

        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace="default")
        )
        assert {"OrderState", "HoldReasons"} <= set(listed.custom_attributes)


async def test_a_search_attribute_of_another_type_is_refused(temporal_binary: Path, tmp_path: Path) -> None:
    async with _server(temporal_binary, tmp_path, {"OrderState": "Keyword"}):
        pass
    with pytest.raises(StackError, match="OrderState is registered with another type than Int"):
        async with _server(temporal_binary, tmp_path, {"OrderState": "Int"}):
            pass


async def test_a_taken_port_is_replaced_by_a_free_one(temporal_binary: Path, tmp_path: Path) -> None:
    port = free_port(0)
    async with _server(temporal_binary, tmp_path / "one", {}, port=port) as (one, _):
        assert one.address == f"127.0.0.1:{port}"
        async with _server(temporal_binary, tmp_path / "two", {}, port=port) as (two, _):
            assert two.address not in ("127.0.0.1:0", one.address)

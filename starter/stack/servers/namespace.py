"""What our namespace needs before the first worker starts: a long memory and our search attributes.

Works on any self-hosted cluster. A run that sets an attribute which is not registered is wedged, and one that
has closed is forgotten after the retention, which is a day on a new development server.
"""

from collections.abc import Mapping
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client

from starter.stack.progress import StackError

RETENTION = timedelta(days=90)


async def prepare_namespace(
    client: Client, *, search_attributes: Mapping[str, str], retention: timedelta = RETENTION
) -> None:
    """Keeps closed runs for at least `retention` and registers the search attributes that are missing.

    `search_attributes` maps names to types as the CLI writes them: Keyword, Text, Int, Double, Bool,
    Datetime, KeywordList. The server acts on both within two seconds.
    """
    await _keep_closed_runs(client, retention)
    await _register(client, search_attributes)


async def _keep_closed_runs(client: Client, retention: timedelta) -> None:
    described = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace)
    )
    if described.config.workflow_execution_retention_ttl.ToTimedelta() >= retention:
        return
    wanted = Duration()
    wanted.FromTimedelta(retention)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=client.namespace, config=NamespaceConfig(workflow_execution_retention_ttl=wanted)
        )
    )


async def _register(client: Client, wanted: Mapping[str, str]) -> None:
    types = {
        name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{_constant(kind)}") for name, kind in wanted.items()
    }
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    for name, kind in types.items():
        if known.custom_attributes.get(name, kind) != kind:
            raise StackError(f"Search attribute {name} is registered with another type than {wanted[name]}")
    missing = {name: kind for name, kind in types.items() if name not in known.custom_attributes}
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )


def _constant(kind: str) -> str:
    return "KEYWORD_LIST" if kind == "KeywordList" else kind.upper()

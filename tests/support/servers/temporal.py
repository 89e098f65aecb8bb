"""Servers of Temporal for tests: in memory, tuned as the local stack's is, and able to skip time."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from temporalio.common import SearchAttributeKey
from temporalio.testing import WorkflowEnvironment

from starter.stack.servers.temporal_server import DYNAMIC_CONFIG, flags
from workflows.search_attributes import BUNDLE, CHANNEL, HOLD_REASONS, ORDER_STATE

ATTRIBUTES: list[SearchAttributeKey[Any]] = [CHANNEL, BUNDLE, HOLD_REASONS, ORDER_STATE]
SKIPPING = {
    "frontend.workflowTimeSkippingEnabled": "true",
    # A server reads its timers a second ahead, by default, and takes a second for each that is shorter.
    "history.timerProcessorMaxTimeShift": '"10ms"',
    "history.timerProcessorMaxPollRPS": "1000",
    # A run is deleted once a server has noted that it dealt with its end, by default twice a minute.
    "history.transferProcessorUpdateAckInterval": '"200ms"',
    "history.visibilityProcessorUpdateAckInterval": '"200ms"',
}
PLAIN: Mapping[str, str] = MappingProxyType({})


@asynccontextmanager
async def temporal_in_memory(
    binary: Path, settings: Mapping[str, str] = PLAIN
) -> AsyncIterator[WorkflowEnvironment]:
    """A server that knows our search attributes; `settings` are more of its dynamic configuration."""
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(binary),
        search_attributes=ATTRIBUTES,
        dev_server_log_level="error",
        dev_server_startup_timeout=timedelta(minutes=1),
        dev_server_extra_args=flags("--dynamic-config-value", {**DYNAMIC_CONFIG, **SKIPPING, **settings}),
    )
    async with environment:
        yield environment

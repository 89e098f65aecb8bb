"""A Fulu adapter with a fixed clock, and the gateway it talks to."""

from collections.abc import AsyncIterator

import pytest
import respx

from adapters.fulu.adapter import Fulu
from tests.adapters.fulu.gateway import Gateway
from tests.adapters.support import FULU, NOW


@pytest.fixture
def gateway(respx_mock: respx.MockRouter) -> Gateway:
    return Gateway(respx_mock)


@pytest.fixture
async def fulu() -> AsyncIterator[Fulu]:
    adapter = Fulu(FULU, now=lambda: NOW)
    yield adapter
    await adapter.aclose()

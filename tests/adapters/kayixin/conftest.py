"""A Kayixin adapter with a fixed clock, and the site it talks to."""

from collections.abc import AsyncIterator

import pytest
import respx

from adapters.kayixin.adapter import Kayixin
from tests.adapters.kayixin.site import Site
from tests.adapters.support import KAYIXIN, NOW


@pytest.fixture
def site(respx_mock: respx.MockRouter) -> Site:
    return Site(respx_mock)


@pytest.fixture
async def kayixin() -> AsyncIterator[Kayixin]:
    adapter = Kayixin(KAYIXIN, now=lambda: NOW)
    yield adapter
    await adapter.aclose()

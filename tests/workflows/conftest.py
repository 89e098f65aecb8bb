"""Worlds in which months pass in seconds."""

import pytest

from tests.support.skipping import SkippingWorld
from tests.support.world import World


@pytest.fixture
def skipping_world(world: World) -> SkippingWorld:
    """The shared world, with a time of its own for every order that is placed by this test."""
    return SkippingWorld(**vars(world))

"""The command line against the running world that tests share, from a test that is itself asynchronous."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.contract.order import OrderDocument
from storage.views.orders import OrderView
from tests.cli.beside import beside
from tests.cli.running import Ran
from tests.support.documents import benefit, offer
from tests.support.world import World

KEY = benefit("cli-key", "key", offer("kayixin", "1001"))
SCARCE = benefit("cli-scarce", "key", offer("kayixin", "2004"))
SINGLE = benefit("cli-single", "key", offer("kayixin", "2004", max_units=1))
CREDIT = benefit("cli-credit", "recharge", offer("kayixin", "1006"), account="phone")
ONE_CREDIT = benefit("cli-one-credit", "recharge", offer("kayixin", "1006", max_units=1), account="phone")
OLD, NEW = "13811112222", "13933334444"


def name_world(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands find this world in their environment."""
    home = os.environ["PERKFLOW_HOME"]
    for name, value in {**world.variables, "PERKFLOW_HOME": home}.items():
        monkeypatch.setenv(name, value)


class Stack:
    """A world, and commands that work on it. What they print names no account, ever."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self._folder = folder

    async def run(self, *arguments: object) -> Ran:
        """Run `perkflow order`."""
        ran = await beside("order", *arguments)
        assert OLD not in ran.out + ran.err
        assert NEW not in ran.out + ran.err
        return ran

    async def pool(self, *arguments: object) -> Ran:
        """Run `perkflow pool`."""
        return await beside("pool", *arguments)

    async def json(self, *arguments: object) -> Any:
        """The one JSON document of a command that succeeds."""
        ran = await self.run(*arguments, "--json")
        assert (ran.exit_code, ran.err) == (0, "")
        return ran.document

    async def placed(
        self,
        *components: dict[str, Any],
        reached: Callable[[OrderView], bool] = lambda order: True,
        **changes: Any,
    ) -> tuple[OrderDocument, str]:
        """An order of these components once it is so far, and its reference."""
        bundle = await self.world.publish(list(components), [KEY, SCARCE, SINGLE, CREDIT, ONE_CREDIT])
        document = self.world.order(bundle, **changes)
        await self.world.place(document)
        await self.world.until(document, reached)
        return document, f"shop/{document.order_no}"

    def recipient(self, phone: str) -> Path:
        """A file that names this phone."""
        path = self._folder / f"{phone}.json"
        path.write_text(json.dumps({"type": "phone", "value": phone}))
        return path

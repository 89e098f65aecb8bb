"""`perkflow order explain` in every situation, word for word; each of its commands works in a shell.

The words are in `english.txt` and `chinese.txt`, a section for each situation. A command is run on an order
of its own, as it stands, with what it asks for typed in; then the book shows what it says.
"""

import asyncio
import json
import os
import re
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from storage.tables import ConnectionHealth
from storage.views.orders import OrderView
from tests.cli.beside import beside
from tests.cli.explained.effects import EFFECTS
from tests.cli.explained.situations import SITUATIONS, Situations, until
from tests.cli.stacks import name_world
from tests.support.answering import Answering
from tests.support.servers.processes import ending
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World, working

HERE = Path(__file__).parent
LANGUAGES = {"en": HERE / "english.txt", "zh": HERE / "chinese.txt"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+\d\d:\d\d")
COMMAND = re.compile(r"perkflow (?:order|supplier) [^`\n]+")
AT_ONCE = 3


@pytest.fixture(scope="module")
async def world(own_world: OwnWorld) -> AsyncIterator[World]:
    """A world of these tests alone: what they make of its suppliers would change those of others."""
    async with own_world(f"explained{uuid.uuid4().hex[:12]}") as fresh, working(fresh.workers()):
        yield fresh


@pytest.fixture
async def situations(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Situations]:
    """Makes them, and leaves the suppliers as they were."""
    monkeypatch.setattr("domain.fulfilment.steps.MAX_SUBMISSIONS", 1)
    name_world(world, monkeypatch)
    shop = world.simulators["fulu"].shop
    balance = shop.balance_minor
    yield Situations(world, Answering(monkeypatch))
    shop.balance_minor = balance
    async with world.database.transaction() as session:
        await session.execute(delete(ConnectionHealth))


@pytest.mark.parametrize("situation", SITUATIONS)
async def test_a_situation_is_explained_and_every_command_of_it_works(
    world: World, situations: Situations, situation: str
) -> None:
    make = SITUATIONS[situation]
    view = await make(situations)
    told = {lang: await explained(view, lang) for lang in LANGUAGES}
    assert {lang: as_kept(text, view) for lang, text in told.items()} == {
        lang: section(file, situation) for lang, file in LANGUAGES.items()
    }
    commands = commands_in(told["en"])
    assert commands_in(told["zh"]) == commands
    turns = asyncio.Semaphore(1 if situation in ("supplier_paused", "circuit_open") else AT_ONCE)

    async def works(command: str) -> None:
        async with turns:
            other = await make(situations)
            assert await followed(command.replace(view.order_no, other.order_no)) == 0, command
            await until(world, other, EFFECTS[" ".join(command.split()[1:3])])

    await asyncio.gather(*(works(command) for command in commands))


async def explained(view: OrderView, lang: str) -> str:
    """What is said of an order in a language."""
    number = f"{view.channel}/{view.order_no}"
    ran = await beside("--lang", lang, "order", "explain", number)
    assert (ran.exit_code, ran.err) == (0, "")
    return ran.out


def as_kept(text: str, view: OrderView) -> str:
    """A text without what differs each time."""
    return MOMENT.sub("(moment)", text.replace(view.order_no, "1001")).strip()


def section(file: Path, situation: str) -> str:
    """What a file has for a situation."""
    sections = re.split(r"^== (\w+)\n", file.read_text(), flags=re.MULTILINE)
    return dict(zip(sections[1::2], sections[2::2], strict=True))[situation].strip()


def commands_in(text: str) -> list[str]:
    """The commands that a text suggests, each once."""
    return list(dict.fromkeys(found.strip() for found in COMMAND.findall(text)))


async def followed(command: str) -> int:
    """Run a command as a person would, who tries again in a moment when told to; how it ended."""
    for _ in range(30):
        status, told = await in_a_shell(command)
        if "try again in a moment" not in told:
            break
        await asyncio.sleep(0.2)
    if status:
        print(command, told)
    return status


async def in_a_shell(command: str) -> tuple[int, str]:
    """Paste a command into a shell, type in what it asks for; how it ended, and what it told."""
    handed_in = {"credentials": [{"number": f"HAND-{uuid.uuid4().hex}"}]}
    account = {"type": "phone", "value": "13800138077"}
    typed = json.dumps(handed_in if " deliver " in command else account)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shell = await asyncio.create_subprocess_shell(
        command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PATH": path},
    )
    async with ending(shell):
        out, _ = await shell.communicate(typed.encode())
    return shell.returncode or 0, out.decode()


def test_each_file_has_each_situation_and_no_other() -> None:
    for file in LANGUAGES.values():
        assert re.findall(r"^== (\w+)$", file.read_text(), flags=re.MULTILINE) == list(SITUATIONS)

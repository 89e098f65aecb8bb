"""README.md and docs/: every perkflow command on them is one that the command line takes."""

import re
import shlex
from collections.abc import Iterator

import pytest
from typer.main import get_command

from starter.cli import app
from tests.support.places import ROOT

PAGES = ("README.md", "docs/support.md", "docs/operations.md", "docs/checkout.md", "docs/http/sandbox.md")


def _commands() -> Iterator[str]:
    for page in PAGES:
        for block in re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text(), re.DOTALL):
            for line in block.splitlines():
                command = re.sub(r"\s+# .*", "", line)
                if found := re.match(r"(?:[A-Z_]+=\S+ )?perkflow (.*)", command):
                    yield found[1]


COMMANDS = list(dict.fromkeys(_commands()))


def test_every_verb_of_orders_is_shown() -> None:
    order = get_command(app).get_command(None, "order")  # type: ignore[attr-defined]
    shown = {command.split()[1] for command in COMMANDS if command.startswith("order ")}
    assert set(order.commands) == shown


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_pages_is_taken(command: str) -> None:
    group, words = get_command(app), shlex.split(command)
    parsed = group.get_command(None, words[0])  # type: ignore[attr-defined]
    if hasattr(parsed, "commands"):
        parsed = parsed.commands[words[1]]
        words = words[1:]
    parsed.make_context(words[0], words[1:])
    assert [word for word in words if word.startswith("examples/") and not (ROOT / word).exists()] == []

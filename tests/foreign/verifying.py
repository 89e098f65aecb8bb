"""Three verifiers of webhooks that are not ours: each says of every line of a file whether it accepts it.

A line is a webhook with the secret that should sign it; and `at`, in Unix seconds, where it is to be
verified as at the moment when it came.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
import standardwebhooks.webhooks
from standardwebhooks import Webhook, WebhookVerificationError

HERE = Path(__file__).parent
NPM = "standardwebhooks@1.0.0"
GO = "github.com/standard-webhooks/standard-webhooks/libraries@v0.0.1"


def run(folder: Path, *command: str) -> str:
    """What a program prints; it must be there and succeed."""
    if shutil.which(command[0]) is None:
        pytest.fail(f"{command[0]} is missing: install it, or do not ask for make test-foreign")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def by_python(folder: Path, file: Path) -> list[bool]:
    """PyPI's."""

    def accepts(line: str) -> bool:
        each = json.loads(line)
        came = datetime.fromtimestamp(each.get("at") or datetime.now(UTC).timestamp(), UTC)
        with patch.object(standardwebhooks.webhooks, "datetime", wraps=datetime) as clock:
            clock.now.return_value = came
            try:
                Webhook(each["secret"]).verify(each["body"], each["headers"])
            except WebhookVerificationError:
                return False
        return True

    return [accepts(line) for line in file.read_text().splitlines()]


def by_node(folder: Path, file: Path) -> list[bool]:
    """npm's."""
    run(folder, "npm", "install", "--no-save", "--silent", NPM)
    shutil.copy(HERE / "verify.mjs", folder)
    found: list[bool] = json.loads(run(folder, "node", "verify.mjs", str(file)))
    return found


def by_go(folder: Path, file: Path) -> list[bool]:
    """Go's."""
    shutil.copy(HERE / "verify.go", folder)
    run(folder, "go", "mod", "init", "foreign")
    run(folder, "go", "get", GO)
    found: list[bool] = json.loads(run(folder, "go", "run", ".", str(file)))
    return found


VERIFIERS: tuple[Callable[[Path, Path], list[bool]], ...] = (by_python, by_node, by_go)

"""The secret that signs what a developer's machine is sent: given, or made up and shown."""

import base64
import os
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from domain.notes.sentences.webhooks import SecretMadeUp
from domain.notes.words import Language
from domain.webhooks.addresses import url_problem
from starter.cli.errors import Usage

VARIABLE, PREFIX = "PERKFLOW_WEBHOOK_SECRET", "whsec_"
SecretFile = Annotated[
    Path | None,
    typer.Option(help=f"A file with the secret that signs (whsec_…); unset: {VARIABLE}, or one is made up."),
]


def secret_for(file: Path | None, lang: Language) -> str:
    """The secret to sign with. One that is made up is shown, on stderr. Raises Usage, without the value."""
    found = _read(file) if file is not None else os.environ.get(VARIABLE, "").strip()
    if not found:
        found = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
        print(SecretMadeUp(secret=found).say(lang), file=sys.stderr, flush=True)
    where = str(file) if file is not None else VARIABLE
    try:
        key = base64.b64decode(found.removeprefix(PREFIX), validate=True)
    except ValueError:
        key = b""
    if not found.startswith(PREFIX) or not key:
        raise Usage(f"{where}: must hold one secret, {PREFIX} and base64")
    return found


def checked_url(option: str, url: str) -> str:
    """An address that events can be sent to. Raises Usage."""
    if why := url_problem(url):
        raise Usage(f"{option}: {why}")
    return url


def _read(file: Path) -> str:
    try:
        found = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"--secret-file: {file} cannot be read ({type(error).__name__})") from None
    if not found:
        raise Usage(f"--secret-file: {file} is empty")
    return found

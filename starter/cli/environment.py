"""The settings of a command: the environment, completed by this machine's stack if one runs.

This is the one place where a running `perkflow up` is found. Environment variables always win over it.
"""

import os

from pydantic import ValidationError

from settings import Settings
from starter.cli.errors import Usage
from starter.stack.info import StackInfo, running

_DATABASES = "postgresql+psycopg://"


def load_settings() -> Settings:
    """The settings of this process, and of the local stack for what the environment does not name."""
    settings = read_environment()
    info = running(settings)
    if info is not None:
        adopt(settings, info)
    return read_environment()


def adopt(settings: Settings, info: StackInfo) -> None:
    """Let this process work with a local stack: its addresses, its keys, its connections.

    Temporal's variables are taken together or not at all: no profile of another cluster is mixed in.
    """
    from starter.stack import commands  # slow to load, and needed only where a stack runs

    names_a_cluster = any(name.startswith("TEMPORAL_") for name in os.environ)
    for name, value in commands.environment(settings, info).items():
        if not (names_a_cluster and name.startswith("TEMPORAL_")):
            os.environ.setdefault(name, value)


def read_environment() -> Settings:
    """The settings that environment variables give. Raises Usage without repeating a value."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = f"PERKFLOW_{first['loc'][0]}".upper()
        raise Usage(f"environment variable {variable}: {first['msg']}") from None
    url = settings.database_url
    if url is not None and not url.get_secret_value().startswith(_DATABASES):
        raise Usage(f"environment variable PERKFLOW_DATABASE_URL: must start with {_DATABASES}")
    return settings


def ui_address(settings: Settings) -> str | None:
    """The address of Temporal's UI, when it belongs to a stack on this machine."""
    info = running(settings)
    return info.ui_address if info else None

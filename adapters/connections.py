"""The connections of a deployment: a YAML file with environment references.

    connections:
      acme-main:
        protocol: acme
        base_url: https://shop.example
        app_id: "10000"
        secret: ${ACME_SECRET}

Errors name the connection, the field and the variable, and never a value: the values are secrets.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import ValidationError

from adapters.config import ConnectionConfig
from adapters.registry import names_in_words, protocols
from adapters.sandboxes import wrong_sandboxes

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_REFERENCE = re.compile(r"\$\{([^}]*)\}?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LARGEST = 1024 * 1024


class _NoAliases(yaml.SafeLoader):
    """A few lines of aliases can stand for more fields than a machine has memory."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise ConnectionsError("aliases (*name) are not used in it; write the values out")
        return super().compose_node(parent, index)


class ConnectionsError(Exception):
    """The connections cannot be used as they are configured; the text says where and why, without values."""


def load_connections(path: Path, environ: Mapping[str, str]) -> dict[str, ConnectionConfig]:
    """Every connection of the file by name.

    Raises ConnectionsError for the first one that is not usable, and ProtocolsError.
    """
    found = {
        _checked_name(name): _connection(str(name), fields, environ) for name, fields in _read(path).items()
    }
    for wrong in wrong_sandboxes(found):
        raise ConnectionsError(f"connection {wrong.connection}, field sandbox_of: {wrong.message}")
    return found


def _read(path: Path) -> Mapping[object, object]:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise ConnectionsError("is larger than 1 MB")
        document = yaml.load(content.decode("utf-8-sig"), Loader=_NoAliases)
    except ConnectionsError as error:
        raise ConnectionsError(f"{path}: {error}") from None
    except OSError as error:
        raise ConnectionsError(f"{path}: cannot be read ({type(error).__name__})") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise ConnectionsError(f"{path}: not YAML{where}") from None
    connections = document.get("connections") if isinstance(document, dict) else None
    if not isinstance(connections, dict) or len(document) != 1:
        raise ConnectionsError(f"{path}: must hold one mapping, `connections`, and nothing else")
    return connections


def _checked_name(name: object) -> str:
    if name == "by-hand":
        raise ConnectionsError("connection by-hand: the name stands for what people deliver; take another")
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise ConnectionsError(f"connection {name!r}: a name is {_NAME.pattern}")


def _connection(name: str, fields: object, environ: Mapping[str, str]) -> ConnectionConfig:
    if not isinstance(fields, dict):
        raise ConnectionsError(f"connection {name}: must be a mapping")
    values = {
        field: _resolved(value, f"connection {name}, field {field}", environ)
        if isinstance(value, str)
        else value
        for field, value in fields.items()
    }
    protocol = protocols().get(str(values.get("protocol")))
    if protocol is None:
        raise ConnectionsError(f"connection {name}, field protocol: must be {names_in_words()}")
    try:
        config: ConnectionConfig = protocol.config.model_validate(values)
        return config
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    raise ConnectionsError(f"connection {name}, field {where}: {first['msg']}")


def _resolved(value: str, where: str, environ: Mapping[str, str]) -> str:
    """`value` with each `${NAME}` replaced once; what a variable holds is not looked into again."""

    def replacement(reference: re.Match[str]) -> str:
        variable = reference.group(1)
        if not reference.group(0).endswith("}") or not _VARIABLE.fullmatch(variable):
            raise ConnectionsError(f"{where}: a reference is ${{NAME}}")
        if variable not in environ:
            raise ConnectionsError(f"{where}: the environment variable {variable} is not set")
        return environ[variable]

    return _REFERENCE.sub(replacement, value)

"""The connections of a deployment: a YAML file with environment references, and the suppliers built from it.

    connections:
      kayixin-main:
        protocol: kayixin
        base_url: https://shop.example
        app_id: "10000"
        secret: ${KAYIXIN_SECRET}

Errors name the connection, the field and the variable, and never a value: the values are secrets.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from adapters.fulu import Fulu, FuluConfig
from adapters.kayixin import Kayixin, KayixinConfig
from adapters.pool import Pool, PoolConfig, Stock
from adapters.protocol import Supplier

Connection = Annotated[KayixinConfig | FuluConfig | PoolConfig, Field(discriminator="protocol")]

_CONNECTION: TypeAdapter[KayixinConfig | FuluConfig | PoolConfig] = TypeAdapter(Connection)
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


def load_connections(path: Path, environ: Mapping[str, str]) -> dict[str, Connection]:
    """Every connection of the file by name. Raises ConnectionsError for the first one that is not usable."""
    return {
        _checked_name(name): _connection(str(name), fields, environ) for name, fields in _read(path).items()
    }


def build(name: str, config: Connection, stock: Stock | None) -> Supplier:
    """The supplier behind a connection; a pool needs the `stock` that its keys are in."""
    match config:
        case KayixinConfig():
            return Kayixin(config)
        case FuluConfig():
            return Fulu(config)
        case PoolConfig():
            if stock is None:
                raise ConnectionsError(f"connection {name}: a pool needs a stock of keys")
            return Pool(name, config, stock)


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


def _connection(name: str, fields: object, environ: Mapping[str, str]) -> Connection:
    if not isinstance(fields, dict):
        raise ConnectionsError(f"connection {name}: must be a mapping")
    values = {
        field: _resolved(value, f"connection {name}, field {field}", environ)
        if isinstance(value, str)
        else value
        for field, value in fields.items()
    }
    try:
        return _CONNECTION.validate_python(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    if first["type"].startswith("union_tag"):
        raise ConnectionsError(f"connection {name}, field protocol: must be kayixin, fulu or pool")
    # The first part of the location is the protocol, which pydantic used to choose the model.
    where = ".".join(str(part) for part in first["loc"][1:])
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

"""Reads the fields of a JSON request strictly: a supplier refuses a wrong type, so the simulator must too."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

JsonObject = Mapping[str, object]


class BadField(Exception):
    """The request is malformed; the text says where."""


def parse_object(raw: bytes | str) -> JsonObject:
    """A JSON object in UTF-8, numbers with a fraction as Decimal."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        value = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except ValueError:
        raise BadField("请求不是合法的 JSON") from None
    if not isinstance(value, dict):
        raise BadField("请求不是 JSON 对象")
    return value


def _no_constant(name: str) -> object:
    raise ValueError(name)


def text(fields: JsonObject, name: str, longest: int | None = None) -> str:
    """A required, non-empty string."""
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise BadField(f"{name} 必须是非空字符串")
    if longest is not None and len(value) > longest:
        raise BadField(f"{name} 超过 {longest} 个字符")
    return value


def optional_text(fields: JsonObject, name: str) -> str:
    """A string that may be absent, null or empty."""
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadField(f"{name} 必须是字符串")
    return value


def integer(fields: JsonObject, name: str, at_least: int = 1) -> int:
    """A required whole number, not a number in quotes."""
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < at_least:
        raise BadField(f"{name} 必须是不小于 {at_least} 的整数")
    return value


def optional_amount(fields: JsonObject, name: str) -> Decimal | None:
    """A yuan amount that may be absent: a number, or one in quotes, since no page states its type."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise BadField(f"{name} 必须是金额")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise BadField(f"{name} 必须是金额") from None
    if not amount.is_finite() or amount < 0:
        raise BadField(f"{name} 必须是金额")
    return amount

"""What is wrong with a field, as a sentence for whoever wrote it."""

from typing import Any

from pydantic_core import ErrorDetails

from starter.documents.field_words import fitting, missing

_WORDS = {
    "extra_forbidden": "there is no such field; remove it or correct its name",
    "model_type": "must be a mapping",
    "dict_type": "must be a mapping",
    "list_type": "must be a list",
    "string_type": "must be a text; put it in quotes",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "timezone_aware": "must have an offset, such as +08:00 or Z",
}
_FAMILIES = {
    "time_delta": "must be an ISO 8601 duration, such as P3D or PT30M",
    "datetime": "must be a time with offset, such as 2026-01-31T10:00:00+08:00",
}


def sentence(detail: ErrorDetails) -> str:
    """What a validation error says, without what was written."""
    kind, message = detail["type"], detail["msg"]
    context: dict[str, Any] = detail.get("ctx", {})
    if kind == "missing":
        return missing(str(detail["loc"][-1]))
    if kind in _WORDS:
        return _WORDS[kind]
    for family, words in _FAMILIES.items():
        if kind.startswith(family):
            return words
    if kind == "value_error":
        return str(context["error"])
    if kind in ("too_short", "string_too_short") and context.get("min_length") == 1:
        return "must not be empty"
    if kind == "string_pattern_mismatch":
        return fitting(context["pattern"])
    return message.replace("Input should be", "must be").replace("String should", "must")

"""Every field that a document must have, and every pattern, has words for whoever did not know it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from starter.cli.bundle.commands import Kind, json_schema
from starter.documents.field_words import EXAMPLES, MAPPINGS, PATTERNS, fitting, missing, or_mapping

CONDITIONS = {"all", "any", "not"}
"""A condition is told as a whole."""


def objects(kind: Kind) -> Iterator[dict[str, Any]]:
    schema: dict[str, Any] = json_schema(kind)
    yield schema
    yield from schema["$defs"].values()


def is_word_or_mapping(field: dict[str, Any]) -> bool:
    kinds = [each for each in field.get("anyOf", ()) if each != {"type": "null"}]
    return any("$ref" in each for each in kinds) and any("enum" in each or "const" in each for each in kinds)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_that_must_be_there_has_an_example(kind: Kind) -> None:
    required = {name for each in objects(kind) for name in each.get("required", ())}
    assert required - CONDITIONS - set(EXAMPLES) == set()


@pytest.mark.parametrize("kind", list(Kind))
def test_every_pattern_is_said_in_words(kind: Kind) -> None:
    found = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(json_schema(kind)))
    patterns = {json.loads(each) for each in found}
    assert patterns
    assert patterns - set(PATTERNS) == set()


def test_every_field_that_is_a_word_or_a_mapping_has_an_example_of_the_mapping() -> None:
    fields = {
        name
        for kind in Kind
        for each in objects(kind)
        for name, field in each.get("properties", {}).items()
        if is_word_or_mapping(field)
    }
    assert fields == set(MAPPINGS)


def test_what_has_no_words_is_told_plainly() -> None:
    assert missing("connections") == "missing: write it"
    assert or_mapping("connections") == "or a mapping"
    assert fitting("^x$") == "must match ^x$"

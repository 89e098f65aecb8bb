"""Documents that would eat the machine are refused at once."""

from itertools import pairwise
from pathlib import Path

import pytest

from domain.contract.bundle import Bundle
from starter.documents.reading import load
from tests.unit.starter.documents.samples import BUNDLE, Write, told_of

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{this}: &{this} [{', '.join([f'*{last}'] * 9)}]\n" for last, this in pairwise("abcdefghijklmno")
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, ": holds more than 50000 values, counting what its aliases repeat"),
        ("x" * (1024 * 1024 + 1), ": is larger than 1 MB, the most that a document may have"),
        ("[" + "x," * 150_000 + "]", ": holds more than 50000 values, counting what its aliases repeat"),
        ("é" * (512 * 1024 + 1), ": is larger than 1 MB, the most that a document may have"),
        ("id: 1e999999\n", ":1: id: is a number beyond all that is used here; put a text in quotes"),
        (f"id: {'9' * 32}\n", ":1: id: is a number beyond all that is used here; put a text in quotes"),
        (f"id: 0.{'9' * 5000}\n", ":1: id: is a number beyond all that is used here; put a text in quotes"),
        (f"? {'x' * 1000}\n: 1\n", ":1: a field's name must have at most 200 characters"),
        ("a: &a {id: x}\n<<: *a\n", ":2: <<: merge keys are not used here; write the fields out"),
    ],
)
def test_what_would_eat_the_machine_is_refused_at_once(write: Write, text: str, told: str) -> None:
    assert told_of(write("b.yaml", text), Bundle)[0] == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'{{"id": {"9" * 5000}}}', ":1: id: is a number beyond all that is used here; put a text in quotes"),
        ('{"id": 1e400}', ":1: id: is a number beyond all that is used here; put a text in quotes"),
        ('{"id": NaN}', ": not JSON: there is no NaN in it; write a number"),
        ('{"id": -Infinity}', ": not JSON: there is no -Infinity in it; write a number"),
        ('{"id": 1, "id": 2}', ":1: id: given twice; keep one of them"),
        ('{"a":' * 100_000, ": the document is nested too deeply"),
    ],
)
def test_json_that_would_eat_the_machine_is_refused_as_well(write: Write, text: str, told: str) -> None:
    assert told_of(write("b.json", text), Bundle)[0] == told


def test_an_endless_file_is_read_no_further_than_a_document_may_be_long() -> None:
    assert told_of(Path("/dev/zero"), Bundle) == [": is larger than 1 MB, the most that a document may have"]


def test_an_alias_that_repeats_little_is_taken(write: Write) -> None:
    text = BUNDLE.replace("price: {", "price: &price {").replace(
        "benefit: key\n  -", "benefit: key\n    share: *price\n  -"
    )
    shared = load(write("b.yaml", text), Bundle).value
    assert shared.components[0].share == shared.price

"""A small bundle and a small order, to be spoilt, and what is told of them then."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument
from starter.documents.reading import InvalidDocument, load

Write = Callable[[str, str], Path]


BUNDLE = """\
id: pair
version: 1
title: Pair
price: {amount: 100, currency: CNY}
policy: best_effort
components:
  - id: one
    benefit: key
  - id: two
    benefit: key
    release:
      after: P3D
"""


ORDER = """\
channel: shop
order_no: "1"
bundle: pair
version: 1
paid: {amount: 100, currency: CNY}
buyer: {ref: b}
recipients:
  shared: {type: phone, value: "13800138000"}
"""


def told_of(path: Path, model: type[Bundle] | type[OrderDocument]) -> list[str]:
    """The problems of a document, each after the name of its file."""
    with pytest.raises(InvalidDocument) as refused:
        load(path, model)
    return [line.removeprefix(f"{path}") for line in str(refused.value).splitlines()]

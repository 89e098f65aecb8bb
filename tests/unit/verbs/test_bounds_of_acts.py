"""What people and channels write has a bound, whichever way it comes in, and the field is named."""

from typing import Any

import pytest

from domain.verbs.human_act import HumanAct, too_long, words_too_long
from domain.verbs.verb import Act

LONG = "x" * 100_000
ASKED = HumanAct(
    request_id="r-1", order_id="ord_1", delivery_id="dlv_1", act=Act.RETRY, actor="lin", reason="asked"
)


@pytest.mark.parametrize(
    "change",
    [
        {"order_id": LONG},
        {"delivery_id": LONG},
        {"actor": LONG},
        {"reason": LONG},
        {"connection": LONG},
        {"credentials": ("crd_1",) * 1001},
        {"recipient": LONG},
        {"account": LONG},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_request_that_was_put_together_is_refused_by_its_field(change: dict[str, Any]) -> None:
    told = too_long(ASKED.model_copy(update=change))
    assert told is not None
    assert told.startswith(f"{next(iter(change))}: ")
    assert LONG not in told


def test_what_fits_is_taken() -> None:
    assert too_long(ASKED) is None
    assert words_too_long("a" * 100, "r" * 500) is None
    assert words_too_long("a" * 101, "") == "actor: must have at most 100 characters"
    assert words_too_long("a", "r" * 501) == "reason: must have at most 500 characters"

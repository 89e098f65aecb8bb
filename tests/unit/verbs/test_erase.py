"""Whether the reason for an erasure names the buyer, who would stay in the timeline by it."""

import pytest

from domain.verbs.order.erase import names_one_of

KNOWN = ["13800138000", "Li.Lei@example.com", "u-7", ""]


@pytest.mark.parametrize(
    "said",
    [
        "call 13800138000",
        "138-0013-8000 asked",
        "１３８００１３８０００",
        "mail of li.lei@EXAMPLE.com",
        "+86 138 0013 8000",
    ],
)
def test_he_is_found_however_he_is_written(said: str) -> None:
    assert names_one_of(KNOWN, "lin", said)


@pytest.mark.parametrize("said", ["asked for by letter of 1 March", "ticket u-7", "13800138001"])
def test_what_is_short_or_somebody_elses_is_nobody(said: str) -> None:
    assert not names_one_of(KNOWN, "lin", said)


def test_whoever_acts_is_read_as_well() -> None:
    assert names_one_of(KNOWN, "13800138000", "asked for")

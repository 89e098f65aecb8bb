"""What may be done about a delivery that may have been sold, and whose word counts."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.fulfilment.doubt import FRESH, Doubt, doubt_of
from domain.fulfilment.holds import HoldReason
from domain.fulfilment.states import DeliveryState
from domain.verbs.table import refusal
from domain.verbs.verb import Act, Standing

NOW = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
LATER, SECOND = NOW + timedelta(hours=1), timedelta(seconds=1)
ASKABLE, UNASKABLE, IN_VAIN = Doubt(), Doubt(askable=False), Doubt(asked_in_vain=True)
VERBS = [Act.RETRY, Act.SUBSTITUTE, Act.DELIVER_BY_HAND, Act.CHANGE_RECIPIENT, Act.REFUND, Act.WAIVE]


def allowed(doubt: Doubt, says: str, reason: HoldReason = HoldReason.NEEDS_ATTENTION) -> list[Act]:
    """Which verbs a held delivery in this doubt lets through."""

    def why_not(act: Act) -> str | None:
        return refusal(act, Standing(DeliveryState.HELD, reason, doubt, supplier_says=says))

    return [act for act in VERBS if why_not(act) is None]


@pytest.mark.parametrize(
    ("doubt", "plain", "not_sold"),
    [
        (ASKABLE, [Act.RETRY], []),
        (UNASKABLE, [Act.DELIVER_BY_HAND], VERBS),
        (IN_VAIN, [Act.RETRY, Act.DELIVER_BY_HAND], VERBS),
    ],
    ids=["can be asked", "cannot be asked", "asked in vain"],
)
def test_a_persons_word_is_taken_only_where_a_question_cannot_tell(
    doubt: Doubt, plain: list[Act], not_sold: list[Act]
) -> None:
    assert (allowed(doubt, ""), allowed(doubt, "not_sold")) == (plain, not_sold)


def test_a_supplier_that_cannot_be_asked_is_tried_again_while_it_only_cannot_be_reached() -> None:
    assert allowed(UNASKABLE, "", HoldReason.SUPPLIER_UNAVAILABLE) == [Act.RETRY]
    assert allowed(UNASKABLE, "not_sold", HoldReason.SUPPLIER_UNAVAILABLE) == []


@pytest.mark.parametrize(
    ("doubted_at", "asked_at", "in_vain"),
    [
        (None, LATER, False),
        (LATER, None, False),
        (LATER, LATER, False),
        (LATER - SECOND, LATER, True),
        (NOW, LATER - FRESH, True),
        (NOW, LATER - FRESH - SECOND, False),
    ],
)
def test_a_question_was_in_vain_if_it_came_after_the_doubt_and_a_moment_ago(
    doubted_at: datetime | None, asked_at: datetime | None, in_vain: bool
) -> None:
    assert doubt_of(True, doubted_at, asked_at, LATER) == Doubt(askable=True, asked_in_vain=in_vain)

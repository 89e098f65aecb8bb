"""What a hold reason means: one row of one table, which whoever asks reads."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.fulfilment.holds import (
    BY_A_PAUSE,
    EARLY,
    FOR_AN_ACCOUNT,
    FOR_THE_PAYMENT,
    FROM_THE_INSTANT,
    HOLDS,
    HOPELESS,
    READDRESSED,
    RETRIED,
    UNCLEAR,
    HoldReason,
    Sign,
    deadline_of,
    window_of,
    woken_by,
)

NOW = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DUE = NOW + 10 * DAY


def test_every_reason_has_a_row() -> None:
    assert list(HOLDS) == list(HoldReason)


def test_who_or_what_ends_each() -> None:
    assert {reason: hold.ended_by for reason, hold in HOLDS.items()} == {
        "risk_review": "person",
        "payment": "channel",
        "account_not_bound": "buyer",
        "out_of_stock": "supplier",
        "supplier_unavailable": "supplier",
        "supplier_balance": "supplier",
        "margin_guard": "person",
        "duplicate_credential": "person",
        "needs_attention": "person",
        "by_operator": "person",
    }


def test_what_is_tried_again_by_itself_is_what_its_supplier_ends() -> None:
    assert sorted(RETRIED) == ["out_of_stock", "supplier_balance", "supplier_unavailable"]


@pytest.mark.parametrize(
    ("signs", "woken"),
    [
        ((Sign.STOCK,), ["out_of_stock"]),
        ((Sign.SALE,), ["supplier_balance"]),
        ((Sign.ANSWER,), ["supplier_unavailable"]),
        ((Sign.STOCK, Sign.SALE), ["out_of_stock", "supplier_balance"]),
    ],
)
def test_each_sign_wakes_what_waited_for_it(signs: tuple[Sign, ...], woken: list[str]) -> None:
    assert sorted(woken_by(*signs)) == woken


def test_what_is_asked_of_reasons() -> None:
    assert {
        "for an account": sorted(FOR_AN_ACCOUNT),
        "for the payment": sorted(FOR_THE_PAYMENT),
        "by a pause": sorted(BY_A_PAUSE),
        "before it is due": sorted(EARLY),
        "from its instant": sorted(FROM_THE_INSTANT),
        "of no known cause": sorted(UNCLEAR),
        "the same again": sorted(HOPELESS),
        "ended by another account": sorted(READDRESSED),
    } == {
        "for an account": ["account_not_bound"],
        "for the payment": ["payment"],
        "by a pause": ["by_operator", "payment"],
        "before it is due": ["by_operator", "needs_attention"],
        "from its instant": ["by_operator", "risk_review"],
        "of no known cause": ["needs_attention"],
        "the same again": ["duplicate_credential"],
        "ended by another account": ["account_not_bound", "needs_attention"],
    }


@pytest.mark.parametrize("reason", list(HoldReason))
def test_people_have_at_least_a_day_where_only_they_can_end_it(reason: HoldReason) -> None:
    least = DAY if reason in ("by_operator", "payment", "risk_review") else HOUR
    assert (window_of(reason, HOUR), window_of(reason, 3 * DAY)) == (least, 3 * DAY)


@pytest.mark.parametrize(
    ("reason", "standing", "deadline"),
    [
        (HoldReason.OUT_OF_STOCK, None, DUE + HOUR),
        (HoldReason.OUT_OF_STOCK, NOW + HOUR, NOW + HOUR),
        (HoldReason.BY_OPERATOR, None, DUE + DAY),
        (HoldReason.BY_OPERATOR, NOW + HOUR, NOW + HOUR),
        (HoldReason.PAYMENT, None, NOW + 180 * DAY),
        (HoldReason.PAYMENT, NOW + HOUR, NOW + 180 * DAY),
        (HoldReason.PAYMENT, NOW + 200 * DAY, NOW + 200 * DAY),
    ],
)
def test_a_deadline_stands_but_a_lost_payment_waits_for_its_dispute(
    reason: HoldReason, standing: datetime | None, deadline: datetime
) -> None:
    assert deadline_of(reason, HOUR, NOW, DUE, standing) == deadline

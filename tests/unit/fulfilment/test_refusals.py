"""When a refusal that decides nothing by itself is final."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.refusals import with_what_was_said
from domain.fulfilment.situation import Situation
from domain.fulfilment.steps import MAX_SUBMISSIONS, NextAction, after_answer, hold_reason
from domain.notes.general import Said
from domain.notes.note import Note
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import ActionRequired, QueryOutcome, Rejected, Uncertain, UnknownOrder
from storage.purchasing.answers import keep_answer, refusal_in, words_in

NOW = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
BROKE = ActionRequired("balance", "2106", Said(text="余额不足"))
LOCKED = ActionRequired("credentials", "1004", Said(text="签名错误"))
LATE = ActionRequired("clock", "1004", Said(text="时间戳已过期"))
WRONG = Rejected("2001", Said(text="charge_phone must be a phone number"), "request", wrong_account=True)


def situation(**changes: Any) -> Situation:
    plain: dict[str, Any] = {
        "now": NOW,
        "offer": 0,
        "offers": 2,
        "checks": 0,
        "submissions": 1,
        "last_submitted_at": NOW - timedelta(hours=1),
        "capabilities": Capabilities("refuse", True, True, timedelta(minutes=1)),
        "hold_window": timedelta(hours=1),
    }
    return Situation.model_validate({**plain, **changes})


def away(refusal: ActionRequired) -> Uncertain:
    return Uncertain(Said(text="not looked at"), refusal=refusal)


@pytest.mark.parametrize(
    ("said", "outcome", "absent", "changes", "is_final"),
    [
        (BROKE, UnknownOrder(), True, {}, True),
        (WRONG, UnknownOrder(), True, {"submissions": 3}, True),
        (BROKE, UnknownOrder(), False, {}, False),
        (BROKE, UnknownOrder(), True, {"accepted": True}, False),
        (None, UnknownOrder(), True, {}, False),
        (LOCKED, away(LOCKED), False, {}, True),
        (LATE, away(LATE), False, {}, True),
        (LOCKED, away(LATE), False, {}, False),
        (LOCKED, away(LOCKED), False, {"submissions": 2}, False),
        (BROKE, away(BROKE), False, {}, False),
        (LOCKED, Uncertain(Said(text="no answer"), silent=True), False, {}, False),
    ],
)
def test_what_was_said_is_final(
    said: Rejected | ActionRequired | None,
    outcome: QueryOutcome,
    absent: bool,
    changes: dict[str, Any],
    is_final: bool,
) -> None:
    facts = situation(refusal=said, **changes)
    assert with_what_was_said(outcome, facts, absent=absent) == (said if is_final else outcome)


def test_a_wrong_account_is_held_for_another_one_and_goes_to_no_other_offer() -> None:
    assert hold_reason(WRONG) is HoldReason.ACCOUNT_NOT_BOUND
    step = after_answer(WRONG, situation())
    assert (step.next_action, step.at, step.reason) == (NextAction.HOLD, None, HoldReason.ACCOUNT_NOT_BOUND)


@pytest.mark.parametrize(
    ("words", "resting", "next_action", "reason"),
    [
        (None, False, NextAction.HOLD, HoldReason.SUPPLIER_UNAVAILABLE),
        (None, True, NextAction.SUBMIT, None),
        (Said(text="code 31337: ?"), False, NextAction.HOLD, HoldReason.NEEDS_ATTENTION),
        (Said(text="code 31337: ?"), True, NextAction.HOLD, HoldReason.NEEDS_ATTENTION),
    ],
)
def test_what_was_refused_all_along_is_not_sent_again_and_what_was_lost_once_more(
    words: Note | None, resting: bool, next_action: NextAction, reason: HoldReason | None
) -> None:
    facts = situation(submissions=MAX_SUBMISSIONS, last_words=words, resting=resting)
    step = after_answer(UnknownOrder(), facts)
    assert (step.next_action, step.reason) == (next_action, reason)


@pytest.mark.parametrize("refusal", [BROKE, LOCKED, WRONG])
def test_a_refusal_is_kept_as_it_was_said(refusal: Rejected | ActionRequired) -> None:
    kept = keep_answer(Uncertain(Said(text="code 1"), refusal=refusal))
    assert (refusal_in(kept), words_in(kept)) == (refusal, None)


def test_an_answer_that_names_no_cause_is_kept_in_its_words_and_silence_is_not() -> None:
    kept = keep_answer(Uncertain(Said(text="code 31337: ?")))
    assert (refusal_in(kept), words_in(kept)) == (None, Said(text="code 31337: ?"))
    assert keep_answer(Uncertain(Said(text="no answer"), silent=True)) is None
    assert keep_answer(Uncertain(Said(text="HTTP 429"), after=timedelta(seconds=9))) is None

"""Reports of suppliers that reach a run before it knows where its deliveries stand."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio import workflow

from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction
from domain.messages import CallbackNotice, DeliveryBrief
from workflows.run.fulfilment import Fulfilment
from workflows.run.state import RunState

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("next_action", "at"),
    [(NextAction.CHECK, NOW), (NextAction.SUBMIT, NOW + timedelta(days=1))],
    ids=["asked", "not sent"],
)
def test_a_report_that_comes_first_has_what_is_asked_about_asked_now(
    monkeypatch: pytest.MonkeyPatch, next_action: NextAction, at: datetime
) -> None:
    monkeypatch.setattr(workflow, "now", lambda: NOW)
    state = RunState()
    fulfilment = Fulfilment(state, show=lambda: None)
    fulfilment.called_back(CallbackNotice(delivery_id="dlv_1"))
    fulfilment.called_back(CallbackNotice(delivery_id="dlv_of_another_order"))
    planned = Snapshot(state=DeliveryState.UNCERTAIN, next_action=next_action, at=NOW + timedelta(days=1))
    brief = DeliveryBrief(
        id="dlv_1",
        component="video",
        release=1,
        title="Video",
        units=1,
        pivot=False,
        connections=["kayixin"],
        step=planned,
        delivered_at=None,
        taken_up=False,
    )
    state.take("ord_1", [brief], NOW)
    fulfilment.callbacks_before()
    assert {name: step.at for name, step in state.steps.items()} == {"dlv_1": at}

"""Reports of suppliers that reach a run before it knows where its deliveries stand."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio import workflow

from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import Step, Then
from domain.messages import DeliveryBrief, DeliveryHint
from workflows.run.fulfilment import Fulfilment

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("then", "at"), [(Then.CHECK, NOW), (Then.SUBMIT, NOW + timedelta(days=1))], ids=["asked", "not sent"]
)
def test_a_report_that_comes_first_has_what_is_asked_about_asked_now(
    monkeypatch: pytest.MonkeyPatch, then: Then, at: datetime
) -> None:
    monkeypatch.setattr(workflow, "now", lambda: NOW)
    fulfilment = Fulfilment(stopping=lambda: False, show=lambda: None)
    fulfilment.hint(DeliveryHint(delivery_id="dlv_1"))
    fulfilment.hint(DeliveryHint(delivery_id="dlv_of_another_order"))
    planned = Step(state=DeliveryState.UNCERTAIN, then=then, at=NOW + timedelta(days=1))
    brief = DeliveryBrief(
        id="dlv_1",
        component="video",
        release=1,
        title="Video",
        units=1,
        pivot=False,
        connections=["kayixin"],
        step=planned,
    )
    fulfilment.take("ord_1", [brief])
    assert {name: step.at for name, step in fulfilment.steps.items()} == {"dlv_1": at}

"""How deliveries are named where a release came as several items."""

from typing import Any

from domain.money import Money
from domain.notes.sentences.sentence import Sentence
from domain.notes.words import Language
from starter.desk.explain.naming import listed, numbers
from starter.desk.explain.runs import runs
from storage.views.deliveries import DeliveryView

TIMES = ("due_at", "held_since", "hold_deadline", "next_action_at", "delivered_at")
NAMES = ("account", "recipient")


def delivery(release: int, item: int = 1, items: int = 1, **changes: Any) -> DeliveryView:
    absent = (*TIMES, "hold_reason", "next_action", "note", "refund", "refund_state", "refund_id", *NAMES)
    empty = dict.fromkeys(absent)
    plain = {"id": f"{release}.{item}", "component": "phone", "title": "credit", "kind": "recharge"}
    told = {"units": 1, "units_delivered": 1, "share": Money(amount=5, currency="CNY"), "state": "delivered"}
    lists = {"waived": False, "pivot_waits": False, "connections": [], "attempts": []}
    numbered = {"release": release, "item": item, "items": items}
    return DeliveryView.model_validate({**empty, **plain, **told, **lists, **numbered, **changes})


def said(sentence: Sentence) -> str:
    return sentence.say(Language.EN)


def test_items_that_follow_each_other_are_one_span_also_into_the_next_release() -> None:
    two = [delivery(1, 1, 2), delivery(1, 2, 2), delivery(2, 1, 2), delivery(2, 2, 2)]
    assert said(numbers(two)) == "phone#1.1 to phone#2.2"
    assert said(numbers([two[0], two[2]])) == "phone#1.1, phone#2.1"
    assert said(numbers([two[3], two[1], two[2]])) == "phone#1.2 to phone#2.2"
    assert said(numbers([delivery(1), delivery(2), delivery(4)])) == "phone#1 to phone#2, phone#4"


def test_an_item_is_listed_by_its_number_and_a_release_alone_by_its_own() -> None:
    assert (
        said(listed([delivery(1, 2, 2, state="held"), delivery(2)]))
        == "phone#1.2 (held), phone#2 (delivered)"
    )


def test_a_run_of_items_says_the_first_and_the_last() -> None:
    two = [delivery(1, 1, 2), delivery(1, 2, 2)]
    assert [run.name for run in runs(two, collapse=True)] == ["phone #1.1-#1.2"]
    assert [run.name for run in runs(two, collapse=False)] == ["phone #1.1", "phone #1.2"]

"""The exact workflows and activities of a deployment: adding one is a decision, and shows here."""

import inspect
from typing import get_type_hints

from pydantic import BaseModel
from temporalio import activity, workflow

from activities.orders import BookActivities
from activities.suppliers import ConnectionActivities
from worker import WORKFLOWS
from workflows.bundle_order import BundleOrder
from workflows.signatures import OrderActivities, SupplierActivities


def names(activities: type) -> set[str]:
    """The activity names that a class defines."""
    definitions = (
        activity._Definition.from_callable(method)
        for _, method in inspect.getmembers(activities, inspect.isfunction)
    )
    return {d.name for d in definitions if d is not None and d.name is not None}


def test_the_registered_workflows() -> None:
    assert [workflow._Definition.must_from_class(w).name for w in WORKFLOWS] == ["BundleOrder", "Sweep"]


def test_the_book_implements_every_order_activity() -> None:
    expected = {"accept", "recall", "hold", "resume", "give_up", "act", "settle"}
    assert names(OrderActivities) == names(BookActivities) == expected


def test_a_connection_implements_every_supplier_activity() -> None:
    assert names(SupplierActivities) == names(ConnectionActivities) == {"submit", "check", "revoke"}


def test_signatures_agree() -> None:
    for declared, implemented in (
        (OrderActivities, BookActivities),
        (SupplierActivities, ConnectionActivities),
    ):
        for name in names(declared):
            one, other = getattr(declared, name), getattr(implemented, name)
            assert inspect.signature(one) == inspect.signature(other)


def test_every_argument_and_result_is_a_model_so_that_it_is_encrypted() -> None:
    """The codec leaves texts for the UI readable, and nothing else."""
    carried = [
        hint
        for activities in (OrderActivities, SupplierActivities)
        for name in names(activities)
        for hint in get_type_hints(getattr(activities, name)).values()
    ]
    definition = workflow._Definition.must_from_class(BundleOrder)
    for handler in (definition.run_fn, *(update.fn for update in definition.updates.values())):
        carried += get_type_hints(handler).values()
    assert len(carried) == 2 * (7 + 3) + 2 * (1 + 6)
    assert [hint for hint in carried if not issubclass(hint, BaseModel)] == []

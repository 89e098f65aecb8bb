"""The exact workflows and activities of a deployment: adding one is a decision, and shows here."""

import inspect
from typing import get_type_hints

from pydantic import BaseModel
from temporalio import activity, workflow
from temporalio.common import VersioningBehavior

from activities.orders import BookActivities
from activities.runs.adopt import Sweeper
from activities.suppliers import ConnectionActivities
from worker import WORKFLOWS, deployment_of
from workflows.case import Case
from workflows.order import BundleOrder
from workflows.signatures import OrderActivities, SupplierActivities, SweepActivities


def names(activities: type) -> set[str]:
    """The activity names that a class defines."""
    definitions = (
        activity._Definition.from_callable(method)
        for _, method in inspect.getmembers(activities, inspect.isfunction)
    )
    return {d.name for d in definitions if d is not None and d.name is not None}


def test_the_registered_workflows() -> None:
    assert [workflow._Definition.must_from_class(w).name for w in WORKFLOWS] == [
        "BundleOrder",
        "Case",
        "Sweep",
        "Verification",
        "Upkeep",
    ]


def test_a_build_takes_over_running_orders() -> None:
    deployment = deployment_of("b7")
    assert deployment is not None
    assert deployment.version.to_canonical_string() == "perkflow.b7"
    assert deployment.default_versioning_behavior is VersioningBehavior.AUTO_UPGRADE


def test_without_a_build_nothing_is_versioned_which_a_server_would_refuse() -> None:
    assert [deployment_of(build_id) for build_id in (None, "")] == [None, None]
    behaviours = {workflow._Definition.must_from_class(w).versioning_behavior for w in WORKFLOWS}
    assert behaviours == {VersioningBehavior.UNSPECIFIED}


def test_the_book_implements_every_order_activity() -> None:
    of_orders = {"accept", "recall", "hold", "resume", "give_up", "act", "settle"}
    of_orders |= {"page", "look_at_gate", "act_on_order", "end_pause", "remember"}
    expected = of_orders | {"begin_case", "reopen", "close_case"}
    assert names(OrderActivities) == names(BookActivities) == expected


def test_a_connection_implements_every_supplier_activity() -> None:
    expected = {"submit", "check", "revoke", "verify", "verify_batch"}
    assert names(SupplierActivities) == names(ConnectionActivities) == expected


def test_the_sweeper_implements_every_sweep_activity() -> None:
    expected = {"adopt_lost_orders", "due_for_verification", "open_reversals", "keep_running"}
    assert names(SweepActivities) == names(Sweeper) == expected


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
    for run in (BundleOrder, Case):
        definition = workflow._Definition.must_from_class(run)
        for handler in (definition.run_fn, *(update.fn for update in definition.updates.values())):
            carried.append(get_type_hints(handler)["return"])  # what comes in, the door's own types hold
    assert len(carried) == 2 * (15 + 5) + (1 + 3) + (1 + 1)
    assert [hint for hint in carried if not issubclass(hint, BaseModel)] == []

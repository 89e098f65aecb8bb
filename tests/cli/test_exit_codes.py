"""Every expected failure is one message and one exit code, and never a traceback."""

import pytest
from sqlalchemy.exc import ProgrammingError
from temporalio.service import RPCError, RPCStatusCode

from domain.messages import Rejection
from domain.validation.problems import Problem
from starter.cli.errors import Failure, Usage, failure_of
from starter.desk.errors import (
    ActPending,
    ActRefused,
    DeskError,
    InvalidOrder,
    NotFound,
    OrderRejected,
    ReceiptPending,
)
from starter.not_ready import NotReady
from starter.stack.progress import StackError
from storage.base.sealing import SealingError
from storage.base.unavailable import DatabaseUnavailable
from storage.contracts.bundles import AlreadyPublished
from tests.cli.running import Perkflow
from tests.support.places import EXAMPLES

ORDER = EXAMPLES / "orders" / "joint-membership.yaml"


class _Undefined(Exception):
    sqlstate = "42P01"


@pytest.mark.parametrize(
    ("error", "code", "exit_code"),
    [
        (OrderRejected(Rejection(code="limit_exceeded", message="m")), "limit_exceeded", 1),
        (OrderRejected(Rejection(code="order_number_conflict", message="m")), "order_number_conflict", 1),
        (AlreadyPublished("m"), "already_published", 1),
        (ReceiptPending("m"), "receipt_pending", 1),
        (NotFound("m"), "not_found", 1),
        (ActRefused("m"), "act_refused", 1),
        (ActPending("m"), "act_pending", 1),
        (NotReady("m"), "not_ready", 1),
        (DatabaseUnavailable("m"), "not_ready", 1),
        (StackError("m"), "not_ready", 1),
        (SealingError("m"), "not_ready", 1),
        (Usage("m"), "usage", 2),
    ],
)
def test_what_a_failure_means(error: Exception, code: str, exit_code: int) -> None:
    failure = failure_of(error)
    assert (failure.code, failure.detail, failure.exit_code) == (code, "m", exit_code)


def test_what_the_desk_cannot_do_has_a_code_that_never_changes() -> None:
    kinds = {kind.__name__: (kind.code, kind.title) for kind in DeskError.__subclasses__()}
    assert kinds == {
        "NotFound": ("not_found", "Not found"),
        "InvalidOrder": ("invalid_order", "The order is wrong"),
        "OrderRejected": ("refused", "The order was refused"),
        "ReceiptPending": ("receipt_pending", "The order is not accepted yet"),
        "ActRefused": ("act_refused", "That cannot be done now"),
        "ActPending": ("act_pending", "It is not done yet"),
        "KeysDiffer": ("keys_differ", "The workers have other keys"),
        "KeysRefused": ("keys_refused", "The keys cannot be wrapped anew now"),
        "InvalidContract": ("invalid_contract", "The contract is wrong"),
        "IdTaken": ("idempotency_key_conflict", "The id was used for another request"),
        "NotHandedOver": ("not_handed_over", "That cannot be shown now"),
        "EndpointRefused": ("endpoint_refused", "The endpoint cannot be like that"),
        "BadCursor": ("bad_cursor", "That is no cursor of this feed"),
        "EventsPruned": ("events_pruned", "Those events are no longer kept"),
        "FeedRestarted": ("feed_restarted", "The feed has begun anew"),
    }


def test_an_order_that_contradicts_its_bundle_is_bad_input() -> None:
    failure = failure_of(InvalidOrder([Problem(("paid",), "too little")]))
    assert (failure.code, failure.exit_code) == ("invalid_order", 2)
    assert failure.as_json()["problems"] == [{"line": None, "field": "paid", "message": "too little"}]


def test_a_database_without_our_tables_names_the_command() -> None:
    failure = failure_of(ProgrammingError("SELECT", {}, _Undefined()))
    assert (failure.code, failure.exit_code) == ("not_ready", 1)
    assert failure.detail == "the database has not the schema of this version: run `perkflow migrate`"


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (
            RPCStatusCode.UNAVAILABLE,
            "Temporal does not answer: start it with `perkflow up`, or set TEMPORAL_ADDRESS to a running one",
        ),
        (
            RPCStatusCode.NOT_FOUND,
            "Temporal has no such namespace: set TEMPORAL_NAMESPACE to one that exists",
        ),
        (RPCStatusCode.PERMISSION_DENIED, "Temporal refused: PERMISSION_DENIED"),
    ],
)
def test_what_temporal_refuses_is_told_in_one_line(status: RPCStatusCode, told: str) -> None:
    failure = failure_of(RPCError("13800138000", status, b""))
    assert (failure.code, failure.detail, failure.exit_code) == ("not_ready", told, 1)


def test_an_unexpected_error_shows_its_kind_and_not_its_text() -> None:
    assert failure_of(KeyError("13800138000")) == Failure(
        "unexpected",
        "An error in Perkflow",
        "something unexpected went wrong (KeyError): run it again with PERKFLOW_LOG_LEVEL=DEBUG to see where",
        exit_code=1,
    )


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("ordr",), "No such command 'ordr'. Did you mean 'order', 'worker'? (see `perkflow --help`)\n"),
        (("order", "place"), "Missing argument 'FILE'. (see `perkflow order place --help`)\n"),
        (("order", "show", "x"), "x is no order reference: write channel/order_no, or an id like ord_…\n"),
        (("order", "show", "a/"), "a/ is no order reference: write channel/order_no, or an id like ord_…\n"),
        (("order", "place", "/none.yaml"), "/none.yaml: cannot be read: No such file or directory\n"),
    ],
)
def test_bad_input_is_2(perkflow: Perkflow, args: tuple[str, ...], told: str) -> None:
    ran = perkflow(*args)
    assert (ran.exit_code, ran.out, ran.err) == (2, "", told)


@pytest.mark.parametrize("args", [("order", "show", "a/1"), ("order", "list"), ("order", "place", ORDER)])
def test_no_database_is_1_and_says_how_to_start_it(perkflow: Perkflow, args: tuple[str, ...]) -> None:
    ran = perkflow(*args)
    told = "no database: start the local stack with `perkflow up`, or set PERKFLOW_DATABASE_URL"
    assert (ran.exit_code, ran.out, ran.err) == (1, "", f"{told} (postgresql+psycopg://...)\n")


def test_an_unreachable_database_is_1_and_says_how_to_start_it(
    perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", "postgresql+psycopg://someone:s3cret@127.0.0.1:1/none")
    ran = perkflow("order", "list", "--json")
    assert ran.exit_code == 1
    assert ran.failure == {
        "type": "urn:perkflow:not_ready",
        "code": "not_ready",
        "title": "Something that is needed is missing",
        "detail": "PostgreSQL cannot be reached: start it with `perkflow up`, "
        "or set PERKFLOW_DATABASE_URL to a running one",
        "problems": [],
    }


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("DATABASE_URL", "mysql://someone:s3cret@h/d", "must start with postgresql+psycopg://"),
        ("UI_PORT", "s3cret", "Input should be a valid integer, unable to parse string as an integer"),
    ],
)
def test_a_wrong_setting_is_named_and_not_shown(
    perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"PERKFLOW_{variable}", value)
    ran = perkflow("order", "list")
    assert (ran.exit_code, ran.err) == (2, f"environment variable PERKFLOW_{variable}: {told}\n")


def test_a_traceback_is_shown_only_for_debugging(perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise KeyError("13800138000")

    monkeypatch.setattr("starter.cli.order.place.load", broken)
    quiet = perkflow("order", "place", ORDER)
    hint = "run it again with PERKFLOW_LOG_LEVEL=DEBUG to see where"
    assert (quiet.exit_code, quiet.err) == (1, f"something unexpected went wrong (KeyError): {hint}\n")
    monkeypatch.setenv("PERKFLOW_LOG_LEVEL", "DEBUG")
    assert perkflow("order", "place", ORDER).err.startswith("Traceback")


def test_help_documents_the_exit_codes(perkflow: Perkflow) -> None:
    ran = perkflow("--help")
    assert ran.exit_code == 0
    words = " ".join(ran.out.split())
    assert "Exit codes: 0 done; 1 refused, not found, or something that is needed is not running;" in words
    assert "2 bad input: the command line or a document is wrong, and nothing was done." in words

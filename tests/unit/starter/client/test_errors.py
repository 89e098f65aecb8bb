"""How a refusal is told apart, also one that is no document of ours."""

import httpx
import pytest

from starter.client import (
    Conflict,
    EventsPruned,
    FeedRestarted,
    NoAnswer,
    NotAllowed,
    NotFound,
    OrderRefused,
    Perkflow,
    Problem,
    Unavailable,
)
from starter.client.errors import problem
from starter.gateway.problems.kinds import KINDS

EXPECTED = {
    NotAllowed: {
        "unauthorized",
        "signature_missing",
        "signature_stale",
        "signature_wrong",
        "report_refused",
        "missing_scope",
        "live_only",
    },
    NotFound: {"not_found", "unknown_connection"},
    Conflict: {
        "order_number_conflict",
        "idempotency_key_conflict",
        "hold_used",
        "act_refused",
        "not_handed_over",
        "already_published",
        "not_bound",
    },
    FeedRestarted: {"feed_restarted"},
    EventsPruned: {"events_pruned"},
    OrderRefused: {"invalid_order", "limit_exceeded", "out_of_stock", "no_sandbox", "sandbox_only"},
    Unavailable: {"rate_limited", "act_pending", "busy", "late", "unavailable"},
    Problem: {
        "invalid_json",
        "method_not_allowed",
        "too_large",
        "unsupported_media_type",
        "invalid_request",
        "invalid_contract",
        "hold_unknown",
        "hold_mismatch",
        "unexpected",
    },
}


def test_every_code_has_its_kind() -> None:
    kinds = {code: type(problem(kind.status, {"code": code})) for code, kind in KINDS.items()}
    assert kinds == {code: kind for kind, codes in EXPECTED.items() for code in codes}


def asked(answer: httpx.Response) -> None:
    """Read an order where this is answered."""
    with Perkflow(
        "http://gateway", "key", patience=0, transport=httpx.MockTransport(lambda _: answer)
    ) as shop:
        shop.order("1001")


def test_a_problem_says_what_the_document_says() -> None:
    document = {
        "code": "not_found",
        "title": "There is no such thing",
        "detail": "there is no order",
        "status": 404,
    }
    with pytest.raises(NotFound) as refused:
        asked(httpx.Response(404, json=document))
    assert str(refused.value) == "there is no order (not_found, 404)"
    assert (refused.value.code, refused.value.status, refused.value.retryable) == ("not_found", 404, False)


def test_a_full_gateway_and_a_proxy_say_nothing_of_ours() -> None:
    with pytest.raises(Unavailable) as full:
        asked(httpx.Response(503, headers={"Retry-After": "5"}))
    assert (full.value.code, full.value.retryable) == ("", True)
    with pytest.raises(NoAnswer):
        asked(httpx.Response(502, html="<h1>Bad gateway</h1>"))

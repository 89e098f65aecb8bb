"""The demonstration's own judgement: what it compares, what it hides, and that each run is new."""

import pytest

from domain.fulfilment.states import AttemptState, OrderState
from starter.cli.demo.handed_over import masked, masked_unit
from starter.cli.demo.reckoning import Purchase, Sale, compare
from starter.cli.demo.scenes import new_run, scenes
from tests.cli.running import Perkflow


def _sale(number: str, status: str = "delivered", credited: int = 0) -> Sale:
    return Sale(
        number=number,
        order_number=f"S{number}",
        product_code="1001",
        quantity=1,
        status=status,
        money_minor=1500,
        credited_minor=credited,
        credentials=1,
    )


def _purchase(number: str, state: AttemptState = AttemptState.DELIVERED, credited: int = 0) -> Purchase:
    return Purchase(number=number, state=state, charged_minor=1500, credited_minor=credited, assumed=True)


def test_equal_sides_differ_in_nothing() -> None:
    sales = [_sale("a"), _sale("b", "refunded", 1500), _sale("c", "failed", 1500), _sale("d", "pending")]
    purchases = [
        _purchase("a"),
        _purchase("b", AttemptState.REVOKED, 1500),
        _purchase("c", AttemptState.REJECTED),
        _purchase("d", AttemptState.PENDING),
        _purchase("e", AttemptState.REJECTED),
    ]
    reckoning = compare("kayixin", "kayixin-main", sales, purchases)
    assert reckoning.differences == []
    assert reckoning.ledger == reckoning.book
    assert reckoning.ledger.model_dump() == {"sales": 2, "debits_minor": 3000, "credits_minor": 1500}
    assert reckoning.assumed_prices == 2


TOTALS = (
    "totals differ: the ledger has {} sales, {} debited, {} credited, "
    "the book {} sales, {} debited, {} credited"
)


@pytest.mark.parametrize(
    ("sales", "purchases", "told"),
    [
        (
            [_sale("a"), _sale("a")],
            [_purchase("a")],
            ["a was sold 2 times", TOTALS.format(2, 3000, 0, 1, 1500, 0)],
        ),
        (
            [_sale("a")],
            [],
            ["a was sold, but the book has no such attempt", TOTALS.format(1, 1500, 0, 0, 0, 0)],
        ),
        (
            [_sale("a")],
            [_purchase("a", AttemptState.REJECTED)],
            ["a was sold, but the book says that it was not", TOTALS.format(1, 1500, 0, 0, 0, 0)],
        ),
        (
            [],
            [_purchase("a")],
            ["a is bought by the book, but the ledger has no such sale", TOTALS.format(0, 0, 0, 1, 1500, 0)],
        ),
        (
            [_sale("a")],
            [_purchase("a", AttemptState.REVOKED, 1500)],
            [TOTALS.format(1, 1500, 0, 1, 1500, 1500)],
        ),
    ],
)
def test_a_difference_is_found_and_named(
    sales: list[Sale], purchases: list[Purchase], told: list[str]
) -> None:
    assert compare("kayixin", "kayixin-main", sales, purchases).differences == told


def test_accounts_and_keys_are_masked() -> None:
    assert masked("13800138000") == "138******00"
    assert masked("short") == "*****"
    assert masked_unit({"number": "KY-1234567890", "password": "pw-secret"}) == "key …890"
    assert masked_unit({"number": "12345", "password": "pw-secret"}) == "key …"
    assert masked_unit({"password": "pw-secret"}) == "key …"
    assert masked_unit({"link": "https://s.example.com/t0ken"}) == "link s.example.com/…"


def test_each_run_has_orders_and_buyers_of_its_own() -> None:
    first, second = scenes(new_run()), scenes(new_run())
    assert [scene.ends_as for scene in first] == [
        OrderState.COMPLETED,
        OrderState.FAILED,
        OrderState.COMPLETED,
        OrderState.COMPLETED,
    ]
    assert [scene.times for scene in first] == [1, 1, 2, 1]
    assert str(first[1].refund) == "79.00 CNY"
    numbers = [scene.number for scene in (*first, *second)]
    buyers = [scene.document.buyer.ref for scene in (*first, *second)]
    assert (len(set(numbers)), len(set(buyers))) == (8, 8)
    assert {scene.document.placed_at for scene in first} == {None}


def test_the_demo_buys_from_simulators_only(perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERKFLOW_CONNECTIONS", "/etc/perkflow/connections.yaml")
    ran = perkflow("demo")
    told = "the demo buys from the simulators only: unset PERKFLOW_CONNECTIONS\n"
    assert (ran.exit_code, ran.out, ran.err) == (2, "", told)

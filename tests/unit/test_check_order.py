"""What keeps an order document from being placed."""

from domain.check_order import check_order
from domain.order import OrderDocument
from tests.unit.builders import benefit, bundle, catalogue, cny, component, offer, order, phone, usd

SHELF = catalogue(
    benefit("video"),
    benefit("phone", kind="recharge", account="phone"),
    benefit("mail", kind="recharge", account="email"),
)
PERSONAL = bundle(component("video"), component("phone"), component("mail", recipient={"platform": "post"}))
MAIL = {"type": "email", "value": "lin@example.com"}


def told(document: OrderDocument) -> list[tuple[str, str]]:
    """Each problem's field and sentence, against a bundle with a phone and an e-mail account."""
    return [(p.field, p.message) for p in check_order(document, PERSONAL, SHELF)]


def test_an_order_that_names_every_account_has_no_problem() -> None:
    assert told(order(recipients={"shared": phone(), "post": MAIL})) == []


def test_an_order_pays_the_price_of_all_its_bundles() -> None:
    accounts = {"shared": phone(), "post": MAIL}
    assert told(order(recipients=accounts, quantity=2)) == [
        ("paid", "must be 198.00 CNY, the price of 2 x duo")
    ]
    assert told(order(recipients=accounts, quantity=2, paid=cny(19801))) == [
        ("paid", "must be 198.00 CNY, the price of 2 x duo")
    ]
    assert told(order(recipients=accounts, quantity=2, paid=cny(19800))) == []


def test_the_right_amount_in_another_currency_is_not_the_price() -> None:
    (problem,) = told(order(recipients={"shared": phone(), "post": MAIL}, paid=usd(9900)))
    assert problem[0] == "paid"
    assert problem[1].startswith("must be 99.00 CNY, ")


def test_an_account_that_a_component_needs_is_missing() -> None:
    assert told(order(recipients={"shared": phone()})) == [
        ("recipients.post", "missing: component mail goes to an email")
    ]
    assert told(order(recipients={"post": MAIL})) == [
        ("recipients.shared", "missing: component phone goes to a phone")
    ]


def test_an_account_has_the_type_that_the_benefit_goes_to() -> None:
    assert told(order(recipients={"shared": phone(), "post": phone()})) == [
        ("recipients.post.type", "component mail goes to an email, not a phone")
    ]


def test_an_account_that_no_component_uses_is_refused() -> None:
    assert told(order(recipients={"shared": phone(), "post": MAIL, "tv": phone()})) == [
        ("recipients.tv", "no component of the bundle uses it; remove it")
    ]


def test_a_bundle_without_accounts_takes_none() -> None:
    problems = check_order(order(recipients={"shared": phone()}), bundle(), SHELF)
    assert [(p.field, p.message) for p in problems] == [
        ("recipients.shared", "no component of the bundle uses it; remove it")
    ]
    assert check_order(order(), bundle(), SHELF) == []


def test_all_problems_of_an_order_are_told_at_once() -> None:
    fields = [field for field, _ in told(order(paid=cny(1), recipients={"post": phone(), "tv": phone()}))]
    assert fields == ["paid", "recipients.shared", "recipients.post.type", "recipients.tv"]


def test_no_problem_repeats_an_account() -> None:
    number = "13912345678"
    wrong = order(recipients={"post": phone(number), "tv": phone(number)}, paid=cny(1))
    assert number not in str(told(wrong))


def test_no_more_units_are_ordered_than_a_supplier_sells_in_one_purchase() -> None:
    single = catalogue(benefit(offers=[offer(max_units=1)]))
    two = order(quantity=2, paid=cny(19800))
    assert [(p.field, p.message) for p in check_order(two, bundle(component()), single)] == [
        ("quantity", "no supplier sells 2 units of video in one purchase; order fewer")
    ]

"""What the ledger remembers of callbacks: of which nature they were, and how they were answered."""

import hashlib

from tests.simulator.callbacks.told import is_signed, listen
from tests.simulator.clients import Client, KayixinClient, a_card, under, wait_for
from tests.simulator.receiver import Receiver, wait_until


def noted(client: Client, number: str) -> list[tuple[str, int | None, bool]]:
    notices = client.supplier.ledger.notices.all()
    return [(each.nature, each.status, each.acknowledged) for each in notices if each.number == number]


def test_a_true_callback_is_noted_with_its_answer(either: Client, receiver: Receiver, number: str) -> None:
    either.buy(a_card(either), number, **listen(either, receiver, b"not the word", b"ok", b"success"))
    wait_until(lambda: any(each[2] for each in noted(either, number)))
    assert [each for each in noted(either, number) if each[2]] == [("true", 200, True)]
    assert noted(either, number)[0] == ("true", 200, False)
    [first, *_] = [each for each in either.supplier.ledger.notices.all() if each.number == number]
    assert first.digest == hashlib.sha256(receiver.received[0].body).hexdigest()


def test_a_forged_one_is_noted_as_forged(either: Client, receiver: Receiver, number: str) -> None:
    under(either, {"forged_callback": 1})
    either.buy(a_card(either), number, **listen(either, receiver))
    receiver.wait_for(2)
    wait_until(lambda: len(noted(either, number)) == 2)
    assert [nature for nature, _, _ in noted(either, number)] == ["forged", "true"]


def test_a_callback_names_a_number_that_nobody_has(either: Client, receiver: Receiver, number: str) -> None:
    under(either, {"unknown_callback": 1})
    either.buy(a_card(either), number, **listen(either, receiver))
    unknown, true = receiver.wait_for(2)
    name = "outerNumber" if isinstance(either, KayixinClient) else "customer_order_no"
    assert (unknown.fields[name], true.fields[name]) == (number[::-1], number)
    assert is_signed(either, unknown)
    wait_until(lambda: [nature for nature, _, _ in noted(either, number)] == ["unknown", "true"])


def test_an_old_callback_comes_again_ten_times(either: Client, receiver: Receiver, number: str) -> None:
    under(either, {"replayed_callback": 1})
    either.buy(a_card(either), number, **listen(either, receiver))
    wait_for(either, number, "delivered")
    first, *again = receiver.wait_for(11)
    assert {each.body for each in again} == {again[0].body}
    assert again[0].fields == first.fields
    wait_until(lambda: [nature for nature, _, _ in noted(either, number)] == ["true", *["replayed"] * 10])


def test_no_answer_is_no_status(kayixin_calm: KayixinClient, number: str) -> None:
    kayixin_calm.buy("1001", number, notifyUrl="http://127.0.0.1:9/")
    wait_until(lambda: noted(kayixin_calm, number) != [])
    assert noted(kayixin_calm, number)[0] == ("true", None, False)

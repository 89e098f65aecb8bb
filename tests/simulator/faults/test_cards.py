"""Cards that nobody can use, or that somebody has already, written in another way."""

from tests.simulator.clients import Client, KayixinClient, a_card, detail, under, wait_for


def test_a_card_is_blank_in_a_good_answer(either: Client, number: str) -> None:
    under(either, {"unusable_card": 1})
    either.buy(a_card(either), number)
    wait_for(either, number, "delivered")
    [sale] = either.supplier.ledger.sales_of(number)
    assert [(card.number, card.password) for card in sale.credentials] == [("", "")]
    assert (sale.credited_minor, sale.faults) == (0, ("unusable_card",))


def test_a_blank_card_is_written_as_empty_texts(kayixin_calm: KayixinClient, number: str) -> None:
    under(kayixin_calm, {"unusable_card": 1})
    [card] = kayixin_calm.buy("1001", number).json()["data"]["cards"]
    assert (card["cardNo"], card["cardPwd"]) == ("", "")
    assert detail(kayixin_calm, number)["status"] == 3


def test_a_key_comes_again_in_other_spellings(kayixin_calm: KayixinClient, number: str) -> None:
    kayixin_calm.buy("1005", number)
    [sale] = kayixin_calm.supplier.ledger.sales_of(number)
    first = sale.credentials[0]
    under(kayixin_calm, {"respelt_credential": 1})
    spellings = set()
    for again in range(40):
        kayixin_calm.buy("1005", f"{number}-{again}")
        [sale] = kayixin_calm.supplier.ledger.sales_of(f"{number}-{again}")
        spellings.add(sale.credentials[0].password)
        assert sale.faults == ("respelt_credential",)
    key = first.password
    assert spellings == {f" {key} ", f"{key}\u200b", f"{key[:12]}\u2060{key[12:]}", key}

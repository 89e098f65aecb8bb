"""Callbacks: what they say, how they are signed, how often they are repeated."""

import hashlib
import itertools
import json
import re
import time

import pytest

from simulator.kayixin.callback import encrypt_cards
from tests.simulator.callbacks.told import counts, is_signed, listen
from tests.simulator.clients import Client, FuluClient, KayixinClient, a_card, detail, fulu_decrypt
from tests.simulator.receiver import Receiver, receiving, wait_until


def test_the_encryption_of_cards_by_hand() -> None:
    """Computed with `openssl enc -aes-256-ecb`."""
    secret = "652fbdd2f637606a2afbb2fe0ca72419"
    assert json.loads(fulu_decrypt(encrypt_cards([{"cardNo": "卡1"}], secret), secret)) == [{"cardNo": "卡1"}]
    assert encrypt_cards([{"cardNo": "1"}], secret) == "aOe8TfeeiNFOCsKEHERiv1rQ94q2iot+gW8uPMlXioo="


def test_kayixin_reports_a_success_with_its_cards(
    kayixin_calm: KayixinClient, receiver: Receiver, number: str
) -> None:
    told = listen(kayixin_calm, receiver)
    created = kayixin_calm.buy("1001", number, count=2, **told).json()["data"]
    [callback] = receiver.wait_for(1)
    order = detail(kayixin_calm, number)
    sealed = callback.fields["cards"]
    assert callback.fields == {
        "orderNumber": created["orderNumber"],
        "outerNumber": number,
        "status": 3,
        "money": 30.0,
        "retMoney": 0.0,
        "startCount": 0,
        "nowCount": 0,
        "endCount": 0,
        "result": "订单完成",
        "cards": sealed,
    }
    assert json.loads(fulu_decrypt(sealed, kayixin_calm.supplier.secret)) == order["cards"]
    assert is_signed(kayixin_calm, callback)
    assert re.fullmatch(r"[0-9]{10}", callback.headers["X-Timestamp"])
    text = f"10000{kayixin_calm.supplier.secret}3.0{callback.headers['X-Timestamp']}".encode()
    assert callback.headers["X-Signature"] == hashlib.md5(text + callback.body).hexdigest()
    assert (callback.headers["X-App-Id"], callback.headers["X-Version"]) == ("10000", "3.0")


def test_kayixin_reports_a_failure(kayixin_calm: KayixinClient, receiver: Receiver, number: str) -> None:
    kayixin_calm.buy("2010", number, **listen(kayixin_calm, receiver))
    [callback] = receiver.wait_for(1)
    told = {name: callback.fields[name] for name in ("status", "money", "retMoney", "cards")}
    assert told == {"status": 4, "money": 10.0, "retMoney": 10.0, "cards": ""}


def test_kayixin_tells_nobody_without_an_address(kayixin_calm: KayixinClient, number: str) -> None:
    before = counts(kayixin_calm)
    kayixin_calm.buy("1001", number, notifyUrl="")
    time.sleep(0.15)
    assert counts(kayixin_calm) == before


def test_kayixin_reports_a_void(kayixin_calm: KayixinClient, receiver: Receiver, number: str) -> None:
    created = kayixin_calm.buy("1001", number, count=2, **listen(kayixin_calm, receiver)).json()["data"]
    receiver.wait_for(1)
    kayixin_calm.call("card/void", cardId=created["cards"][0]["cardId"])
    callback = receiver.wait_for(2)[1]
    assert (callback.fields["status"], callback.fields["retMoney"], callback.fields["cards"]) == (5, 15.0, "")


def test_fulu_reports_in_strings_and_without_keys(
    fulu_calm: FuluClient, receiver: Receiver, number: str
) -> None:
    listen(fulu_calm, receiver)
    fulu_calm.buy("10000587", number, buy_num=2)
    [callback] = receiver.wait_for(1)
    order = detail(fulu_calm, number)
    assert callback.fields == {
        "order_id": order["order_id"],
        "charge_finish_time": order["finish_time"],
        "customer_order_no": number,
        "order_status": "success",
        "recharge_description": "充值成功",
        "product_id": "10000587",
        "price": "39.8000",
        "buy_num": "2",
        "operator_serial_number": "",
        "sign": callback.fields["sign"],
    }
    assert is_signed(fulu_calm, callback)


def test_fulu_reports_a_failure(fulu_calm: FuluClient, receiver: Receiver, number: str) -> None:
    listen(fulu_calm, receiver)
    fulu_calm.buy("10000603", number)
    [callback] = receiver.wait_for(1)
    assert (callback.fields["order_status"], callback.fields["recharge_description"]) == (
        "failed",
        "充值失败",
    )


@pytest.mark.parametrize("word", [b"", b"OK", b'"ok"', b"ok\n", b"success!", b"fail"])
def test_only_the_exact_word_acknowledges(
    either: Client, receiver: Receiver, number: str, word: bytes
) -> None:
    right = b"ok" if isinstance(either, KayixinClient) else b"success"
    told = listen(either, receiver, word, right)
    before = counts(either)["acknowledged"]
    either.buy(a_card(either), number, **told)
    first, second = receiver.wait_for(2)
    assert first.fields == second.fields
    assert is_signed(either, second)
    assert counts(either)["acknowledged"] == before + 1


@pytest.mark.parametrize(
    ("supplier", "ladder"),
    [("kayixin", [15, 15, 30, 180, 600, 1200, 1800]), ("fulu", [10, 30, 60])],
)
def test_the_ladder_is_climbed_and_ends(
    request: pytest.FixtureRequest, receiver: Receiver, number: str, supplier: str, ladder: list[int]
) -> None:
    client: Client = request.getfixturevalue(f"{supplier}_calm")
    scale = 0.0006 if supplier == "kayixin" else 0.01
    door = f"{client.supplier.origin}/_admin/callbacks"
    assert client.http.put(door, json={"ladder_scale": scale}).status_code == 200
    before = counts(client)
    client.buy(a_card(client), number, **listen(client, receiver, b"no"))
    received = receiver.wait_for(1 + len(ladder))
    gaps = [later.at - earlier.at for earlier, later in itertools.pairwise(received)]
    for gap, wait in zip(gaps, ladder, strict=True):
        assert wait * scale - 0.02 <= gap < wait * scale + 0.5
    assert counts(client) == {**before, "given_up": before["given_up"] + 1}


def test_a_receiver_that_is_away_is_tried_again(either: Client, receiver: Receiver, number: str) -> None:
    told = listen(either, receiver)
    with receiving(b"") as gone:
        away = gone.url
    if "notifyUrl" in told:
        told = {"notifyUrl": away}
    either.supplier.report_to(away)
    assert not either.refused(either.buy(a_card(either), number, **told))
    wait_until(lambda: counts(either)["waiting"] > 0)
    either.http.put(f"{either.supplier.origin}/_admin/callbacks", json={"ladder_scale": 0})
    wait_until(lambda: counts(either)["waiting"] == 0)

"""The vectors that vendors published hold for the simulators, and for the clients that test them."""

from simulator import china_time
from simulator.fulu.crypto import encrypt_card, sign_envelope, sign_text
from simulator.kayixin.auth import signature
from tests.simulator.clients import dumps, fulu_decrypt, fulu_sign, kayixin_headers

KAYIXIN_SECRET = "652fbdd2f637606a2afbb2fe0ca72419"
FULU_SECRET = "0a091b3aa4324435aab703142518a8f7"


def test_kayixin_request_signature() -> None:
    body = b'{"orderNumber":"20251016165825069","outerNumber":""}'
    expected = "6a414e658265ff3ca665cee3b161c4e9"
    assert signature("10000", KAYIXIN_SECRET, "3.0", "1760767397", body) == expected
    assert kayixin_headers("10000", KAYIXIN_SECRET, "1760767397", body)["X-Signature"] == expected


def test_fulu_answer_signature() -> None:
    result = '{"name":"OpenApi2.0对接专用商户","balance":344283.1608,"is_open":1}'
    assert sign_text(result, FULU_SECRET) == "af223d55aaab949a4061d651cc4b2765"
    assert fulu_sign(result, FULU_SECRET) == "af223d55aaab949a4061d651cc4b2765"


def test_fulu_request_signature_in_any_order_of_keys() -> None:
    business = {
        "customer_order_no": "201906281030191013526",
        "product_id": 10000001,
        "charge_account": "888888",
        "buy_num": 1,
        "charge_ip": "192.168.1.100",
        "charge_game_name": "三国群英传",
        "charge_game_region": "电信一区",
        "charge_game_srv": "逐鹿中原",
        "charge_type": "Q币",
    }
    envelope = {
        "app_key": "i4esv1l+76l/7NQCL3QudG90Fq+YgVfFGJAWgT+7qO1Bm9o/adG/1iwO2qXsAXNB",
        "method": "fulu.order.direct.add",
        "timestamp": "2019-07-27 16:44:30",
        "version": "2.0",
        "format": "json",
        "charset": "utf-8",
        "sign_type": "md5",
        "app_auth_token": "",
        "biz_content": dumps(business),
    }
    reversed_keys = {"sign": "is not signed", **dict(reversed(envelope.items()))}
    assert sign_envelope(envelope, FULU_SECRET) == "823eee32a0ea8c6e907abe59d4d253ec"
    assert sign_envelope(reversed_keys, FULU_SECRET) == "823eee32a0ea8c6e907abe59d4d253ec"


def test_fulu_card_encryption() -> None:
    published = "12nCp6X/nALmrvr1erxK+D4L8n/kqz/RItKWUfvZrCU="
    assert encrypt_card("CD1000250201906121742434441", FULU_SECRET) == published
    assert fulu_decrypt(published, FULU_SECRET) == "CD1000250201906121742434441"


def test_china_time() -> None:
    assert china_time.to_text(1760767397) == "2025-10-18 14:03:17"
    assert china_time.from_text("2025-10-18 14:03:17") == 1760767397.0

"""Clients of both protocols, written by hand from the protocol page. They share no code with the servers."""

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from simulator.faults.plan import FaultPlan, Timing
from simulator.serving.server import RunningSupplier

KAYIXIN_STATES = {2: "pending", 3: "delivered", 4: "failed", 5: "refunded"}
FULU_STATES = {"processing": "pending", "success": "delivered", "failed": "failed"}


def kayixin_headers(app_id: str, secret: str, timestamp: str, body: bytes) -> dict[str, str]:
    signed = hashlib.md5(app_id.encode() + secret.encode() + b"3.0" + timestamp.encode() + body).hexdigest()
    return {"X-App-Id": app_id, "X-Version": "3.0", "X-Timestamp": timestamp, "X-Signature": signed}


def fulu_sign(text: str, secret: str) -> str:
    return hashlib.md5("".join(sorted(text)).encode() + secret.encode()).hexdigest()


def fulu_decrypt(text: str, secret: str) -> str:
    decryptor = Cipher(algorithms.AES256(secret.encode()), modes.ECB()).decryptor()
    padded = decryptor.update(base64.b64decode(text)) + decryptor.finalize()
    return padded[: -padded[-1]].decode()


def dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass
class KayixinClient:
    """Kayixin 3.0. `call` gives the envelope; `send` the bare HTTP answer."""

    supplier: RunningSupplier
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=5, trust_env=False, verify=False))

    def send(self, path: str, body: bytes, **headers: str) -> httpx.Response:
        signed = kayixin_headers(self.supplier.app_id, self.supplier.secret, str(int(time.time())), body)
        return self.http.post(
            f"{self.supplier.url}/api/v3/{path}", content=body, headers={**signed, **headers}
        )

    def call(self, path: str, **fields: object) -> Any:
        return self.send(path, dumps(fields).encode()).json()

    def buy(self, code: str, number: str, **fields: object) -> httpx.Response:
        attach = [{"name": "充值账号", "value": "13800000001"}]
        order = {"goodsId": int(code), "count": 1, "outerNumber": number, "attach": attach, **fields}
        return self.send("order/create", dumps(order).encode())

    def refused(self, answer: httpx.Response) -> bool:
        return bool(answer.json()["code"] != 1000)

    def state(self, number: str) -> str:
        answer = self.call("order/getDetail", outerNumber=number)
        if answer["msg"] == "订单不存在":
            return "not found"
        return KAYIXIN_STATES[answer["data"]["status"]]


@dataclass
class FuluClient:
    """Fulu v2. `call` gives the answer with its verified `result` decoded; `send` the bare HTTP answer."""

    supplier: RunningSupplier
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=5, trust_env=False, verify=False))

    def envelope(self, method: str, business: object, **changed: object) -> dict[str, object]:
        unsigned: dict[str, object] = {
            "app_key": self.supplier.app_id,
            "method": method,
            "timestamp": (datetime.now(UTC) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S"),
            "version": "2.0",
            "format": "json",
            "charset": "utf-8",
            "sign_type": "md5",
            "app_auth_token": "",
            "biz_content": dumps(business),
            **changed,
        }
        return {"sign": fulu_sign(dumps(unsigned), self.supplier.secret), **unsigned}

    def send(self, envelope: dict[str, object]) -> httpx.Response:
        return self.http.post(
            self.supplier.url, content=json.dumps(envelope), headers={"Content-Type": "application/json"}
        )

    def call(self, method: str, **business: object) -> Any:
        answer = self.send(self.envelope(method, business)).json()
        if answer["code"] == 0:
            assert answer["sign"] == fulu_sign(answer["result"], self.supplier.secret)
            answer["result"] = json.loads(answer["result"])
        return answer

    def buy(self, code: str, number: str, **fields: object) -> httpx.Response:
        kind = "direct" if self.supplier.products[code].kind == "direct" else "card"
        account = {"charge_account": "13800000001"} if kind == "direct" else {}
        order = {"product_id": int(code), "buy_num": 1, "customer_order_no": number, **account, **fields}
        return self.send(self.envelope(f"fulu.order.{kind}.add", order))

    def refused(self, answer: httpx.Response) -> bool:
        return bool(answer.json()["code"] != 0)

    def state(self, number: str) -> str:
        answer = self.call("fulu.order.info.get", customer_order_no=number)
        if answer["message"] == "订单不存在":
            return "not found"
        return FULU_STATES[answer["result"]["order_state"]]


Client = KayixinClient | FuluClient


def wait_for(client: Client, number: str, state: str, seconds: float = 5.0) -> None:
    """Poll until the order is in this state."""
    end = time.monotonic() + seconds
    while (seen := client.state(number)) != state:
        assert time.monotonic() < end, f"{number} is {seen}, not {state}"
        time.sleep(0.02)


def a_card(client: Client) -> str:
    """A card product that sells without ado: at Kayixin with the create answer."""
    return "1001" if isinstance(client, KayixinClient) else "10000587"


def detail(client: Client, number: str) -> Any:
    """The order object that a query answers with."""
    if isinstance(client, KayixinClient):
        return client.call("order/getDetail", outerNumber=number)["data"]
    return client.call("fulu.order.info.get", customer_order_no=number)["result"]


def under(client: Client, rates: dict[str, float], **seconds: float) -> FaultPlan:
    """From now on these faults."""
    plan = FaultPlan(7, rates, Timing(**seconds))
    client.supplier.use_faults(plan)
    return plan

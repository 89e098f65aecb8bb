"""Points a client's callbacks at a receiver, and checks what came there."""

from tests.simulator.clients import Client, FuluClient, KayixinClient, dumps, fulu_sign, kayixin_headers
from tests.simulator.receiver import Received, Receiver


def listen(client: Client, receiver: Receiver, *answers: bytes) -> dict[str, object]:
    """Have this client told there; the fields a purchase needs for that."""
    receiver.answers = list(answers) or [b"ok" if isinstance(client, KayixinClient) else b"success"]
    if isinstance(client, KayixinClient):
        return {"notifyUrl": receiver.url}
    client.supplier.report_to(receiver.url)
    return {}


def counts(client: Client) -> dict[str, int]:
    shown = client.http.get(f"{client.supplier.origin}/_admin/callbacks").json()
    return {name: shown[name] for name in ("waiting", "acknowledged", "given_up")}


def is_signed(client: Client, callback: Received) -> bool:
    """Verified by hand, as the protocol page says."""
    if isinstance(client, FuluClient):
        unsigned = {name: value for name, value in callback.fields.items() if name != "sign"}
        return bool(callback.fields["sign"] == fulu_sign(dumps(unsigned), client.supplier.secret))
    expected = kayixin_headers(
        client.supplier.app_id, client.supplier.secret, callback.headers["X-Timestamp"], callback.body
    )
    return all(callback.headers[name] == value for name, value in expected.items())


def status_of(callback: Received) -> object:
    return callback.fields.get("status") or callback.fields["order_status"]


def success(client: Client) -> object:
    return 3 if isinstance(client, KayixinClient) else "success"

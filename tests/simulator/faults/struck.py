"""What a fault did: to the client, to the ledger, to the list of faults."""

import httpx
import pytest

from tests.simulator.clients import Client, a_card


def sold(client: Client, number: str) -> int:
    return len(client.supplier.ledger.sales_of(number))


def noted(client: Client, number: str) -> list[tuple[str, int, str]]:
    return [(fault.act, fault.call, fault.kind) for fault in client.supplier.ledger.faults.of(number)]


def listed_without_sale(client: Client, number: str) -> list[str]:
    return [fault.kind for fault in client.supplier.ledger.faults.without_sale() if fault.number == number]


def assert_broken(how: str, client: Client, number: str) -> None:
    """Buying gives no answer, in just this way."""
    code = a_card(client)
    match how:
        case "timeout":
            client.http.timeout = httpx.Timeout(0.3)
            with pytest.raises(httpx.ReadTimeout):
                client.buy(code, number)
            client.http.timeout = httpx.Timeout(5)
        case "connection_reset":
            with pytest.raises(httpx.ReadError, match="reset"):
                client.buy(code, number)
        case "truncated_body":
            with pytest.raises(httpx.RemoteProtocolError, match="received 9 bytes, expected 512"):
                client.buy(code, number)
        case "error_500":
            assert client.buy(code, number).status_code == 500
        case "malformed_body":
            answer = client.buy(code, number)
            assert (answer.status_code, answer.content) == (200, b'{"code": , "data": ]')
        case "html_body":
            answer = client.buy(code, number)
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")

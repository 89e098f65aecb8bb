"""Sell a bundle through Perkflow: see that it can be sold, place the paid order, follow it to its end.

PERKFLOW_KEY=pk_test_... python examples/checkout.py with-later-gift
"""

import os
import sys
import time
import uuid
from typing import Any

import httpx

ADDRESS = os.environ.get("PERKFLOW_ADDRESS", "http://127.0.0.1:8380")
ENDED = ("completed", "partial", "failed", "cancelled", "rejected")


def ask(http: httpx.Client, method: str, path: str, **more: Any) -> dict[str, Any]:
    """Ask, and ask again as often as that is needed: the order's number makes it safe."""
    while True:
        try:
            answer = http.request(method, path, **more)
        except httpx.TransportError:
            time.sleep(2)
            continue
        if answer.status_code not in (202, 429, 503):
            break
        time.sleep(int(answer.headers["Retry-After"]))
    found: dict[str, Any] = answer.json()
    if answer.is_error:
        sys.exit(f"{found['code']}: {found['detail']} (see {ADDRESS}{found['type']})")
    return found


def main(bundle: str) -> None:
    headers = {"Authorization": f"Bearer {os.environ['PERKFLOW_KEY']}"}
    with httpx.Client(base_url=ADDRESS, headers=headers, timeout=30, trust_env=False) as http:
        offered = ask(http, "GET", f"/v1/bundles/{bundle}/availability")
        number = f"shop-{uuid.uuid4().hex[:8]}"
        order = {"order_no": number, "bundle": bundle, "version": offered["version"]}
        order |= {"paid": offered["price"], "buyer": {"ref": f"buyer-of-{number}"}}
        check = ask(http, "POST", "/v1/order-checks", json=order)
        if not check["acceptable"]:
            sys.exit(f"not now: {check['refusal']['detail']}")
        # Let the buyer pay here. From now on the order is placed, however often it takes.
        receipt = ask(http, "POST", "/v1/orders", json=order)
        for line in receipt["deliveries"]:
            print(f"{line['title']}: due {line['due_at']}")
        page = ask(http, "POST", f"{receipt['address']}/page-links", json={})
        print(f"The buyer's page: {page['url']}")
        while (now := ask(http, "GET", receipt["address"]))["state"] not in ENDED:
            time.sleep(1)
        for each in now["deliveries"]:
            print(f"{each['title']}: {each['state']}")
        print(f"{number} is {now['state']}")


if __name__ == "__main__":
    main(sys.argv[1])

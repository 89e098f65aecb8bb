"""Order callbacks as Fulu sends them: to the merchant's own address, every value a string, never a key.

The page does not say when a callback is repeated: three repeats here, after 10, 30 and 60 seconds, are ours.
`price` is what the order cost in all, as `order_price` is.
"""

from collections.abc import Mapping

from simulator import china_time
from simulator.callbacks.notices import Notice
from simulator.fulu.crypto import compact, sign_envelope
from simulator.shop.ledger import Sale
from simulator.shop.shop import Shop

_ORDER_STATUS = {"delivered": "success", "failed": "failed"}
_DESCRIPTION = {"success": "充值成功", "failed": "充值失败"}


class FuluNotices:
    """Only ends are told: the protocol has no others."""

    ladder = (10.0, 30.0, 60.0)
    acknowledgement = b"success"

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def address(self, sale: Sale) -> str:
        return self._shop.callback_url if sale.status in _ORDER_STATUS else ""

    def write(self, sale: Sale) -> Notice:
        status = _ORDER_STATUS[sale.status]
        yuan, fen = divmod(sale.money_minor, 100)
        return {
            "order_id": sale.order_number,
            "charge_finish_time": china_time.to_text(sale.finished_at or sale.due_at),
            "customer_order_no": sale.number,
            "order_status": status,
            "recharge_description": _DESCRIPTION[status],
            "product_id": sale.product_code,
            "price": f"{yuan}.{fen:02d}00",
            "buy_num": str(sale.quantity),
            "operator_serial_number": "",
        }

    def seal(self, notice: Notice, secret: str) -> tuple[bytes, Mapping[str, str]]:
        signed = {**notice, "sign": sign_envelope(notice, secret)}
        return compact(signed).encode(), {"Content-Type": "application/json"}

    def contrary(self, notice: Notice) -> Notice:
        status = "failed" if notice["order_status"] == "success" else "success"
        return {**notice, "order_status": status, "recharge_description": _DESCRIPTION[status]}

    def misbound(self, notice: Notice) -> Notice:
        return {**notice, "order_id": f"{notice['order_id']}9"}

    def unknown(self, notice: Notice) -> Notice:
        return {**notice, "customer_order_no": str(notice["customer_order_no"])[::-1]}

    def earlier(self, notice: Notice) -> None:
        """Nothing is ever said before the end."""
        return None

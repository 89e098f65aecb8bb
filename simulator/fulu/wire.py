"""Products, orders and cards as Fulu writes them."""

from simulator import china_time
from simulator.fulu.crypto import encrypt_card
from simulator.shop.ledger import Credential, Sale
from simulator.shop.products import CARD_KINDS, Product

PLAIN_KEY, SHORT_LINK = 0, 2
_LOW_STOCK = 10
_CARD_LIFE_SECONDS = 365 * 24 * 3600
_ORDER_TYPE = {"mobile": 1, "card": 3, "link": 3, "direct": 4}
_ORDER_STATE = {"pending": "processing", "delivered": "success", "failed": "failed"}


def yuan(minor: int) -> float:
    return minor / 100


def product_info(product: Product) -> dict[str, object]:
    return {
        "product_id": int(product.code),
        "product_name": product.name,
        "product_type": "卡密" if product.kind in CARD_KINDS else "直充",
        "face_value": product.face_value,
        "purchase_price": yuan(product.price_minor),
        "sales_status": "上架",
        "stock_status": stock_status(product, 1),
        "template_id": "",
        "details": "",
        "four_category_icon": "",
        "detail_type": 0,
    }


def stock_status(product: Product, quantity: int) -> str:
    if not product.has(quantity):
        return "断货"
    return "警报" if product.stock is not None and product.stock < _LOW_STOCK else "充足"


def accepted_order(sale: Sale, product: Product) -> dict[str, object]:
    """The answer to a create: accepted, never delivered, and never with keys."""
    return {**_order(sale, product), "order_state": "untreated", "finish_time": ""}


def queried_order(sale: Sale, product: Product, secret: str) -> dict[str, object]:
    """The answer to a query; `cards` is there only once the order is a success."""
    order = _order(sale, product)
    if sale.status != "delivered":
        return order
    return {**order, "cards": [_card(card, sale, product, secret) for card in sale.credentials]}


def _order(sale: Sale, product: Product) -> dict[str, object]:
    return {
        "order_id": sale.order_number,
        "product_id": int(product.code),
        "product_name": product.name,
        "charge_account": sale.account,
        "customer_order_no": sale.number,
        "create_time": china_time.to_text(sale.created_at),
        "buy_num": sale.quantity,
        "order_price": yuan(sale.money_minor),
        "order_state": _ORDER_STATE[sale.status],
        "order_type": _ORDER_TYPE[product.kind],
        "finish_time": "" if sale.finished_at is None else china_time.to_text(sale.finished_at),
        "area": "",
        "server": "",
        "type": "",
        "operator_serial_number": "",
    }


def _card(card: Credential, sale: Sale, product: Product, secret: str) -> dict[str, object]:
    return {
        "card_number": encrypt_card(card.number, secret),
        "card_pwd": encrypt_card(card.password, secret),
        "card_type": SHORT_LINK if product.kind == "link" else PLAIN_KEY,
        "card_deadline": china_time.to_text(sale.created_at + _CARD_LIFE_SECONDS),
    }

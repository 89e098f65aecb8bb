"""Goods, orders and cards as Kayixin writes them."""

from simulator.kayixin.codes import CARD_ISSUED, CARD_VOID, ORDER_STATUS
from simulator.shop.ledger import Credential, Sale
from simulator.shop.products import Product

ACCOUNT_LABEL = "充值账号"
"""The label of a direct product's only input, which `attach` names."""

MOST_PER_ORDER = 100
_AMPLE_STOCK = 9999
_GOODS_TYPE = {"card": 1, "link": 1, "direct": 3}
_RESULT = {"pending": "", "delivered": "订单完成", "failed": "充值失败，已撤单", "refunded": "已退款"}


def yuan(minor: int) -> float:
    return minor / 100


def goods(product: Product) -> dict[str, object]:
    stock = _AMPLE_STOCK if product.stock is None else product.stock
    template = {
        "type": "text",
        "title": ACCOUNT_LABEL,
        "placeholder": "请输入充值账号",
        "required": 1,
        "regex": "",
        "options": [],
    }
    return {
        "goodsId": int(product.code),
        "name": product.name,
        "faceValue": product.face_value,
        "salesPrice": yuan(product.price_minor),
        "goodsType": _GOODS_TYPE[product.kind],
        "status": 1,
        "multiple": 1,
        "isRepeat": 1,
        "isRefOrder": int(product.voidable),
        "isRefMoney": int(product.voidable),
        "skuType": 0,
        "minQuantity": 1,
        "maxQuantity": MOST_PER_ORDER,
        "stockCount": 0 if product.mode == "out_of_stock" else stock,
        "warrantyTime": 0,
        "warrantyUnit": 0,
        "limitBalance": 0,
        "rechargeTemplates": [template] if product.kind == "direct" else [],
        "goodsSku": {"typeNames": [], "details": []},
        "goodsSpec": [],
    }


def order(sale: Sale, product: Product) -> dict[str, object]:
    return {
        "orderNumber": sale.order_number,
        "outerNumber": sale.number,
        "status": ORDER_STATUS[sale.status],
        "count": sale.quantity,
        "money": yuan(sale.money_minor),
        "retMoney": yuan(sale.credited_minor),
        "result": _RESULT[sale.status],
        "startCount": 0,
        "nowCount": 0,
        "endCount": 0,
        "cards": [card(credential, product) for credential in sale.credentials],
    }


def issued_card(credential: Credential, product: Product) -> dict[str, object]:
    """A card in the create answer. A link product's code is its cardNo, the short link its cardPwd."""
    return {
        "cardId": credential.card_id,
        "cardNo": credential.number,
        "cardPwd": credential.password,
        "cancelRequest": int(product.voidable and not credential.void),
    }


def card(credential: Credential, product: Product) -> dict[str, object]:
    """A card in a query, with its own status."""
    status = CARD_VOID if credential.void else CARD_ISSUED
    return {**issued_card(credential, product), "status": status, "result": void_result(credential)}


def void_result(credential: Credential) -> str:
    return "已作废" if credential.void else ""

"""The customer account of whoever has none of his own, and what is sold to it: of every kind and every mode.

Key and secret are those that the vendor's own pages print; the secret is an AES-256 key too. Product codes
are numeric, as its pages type them; 10000585, 10000586 and 10000587 are test products of its own sandbox.
"""

from simulator.shop.account import Account
from simulator.shop.products import Product

APP_KEY = "i4esv1l+76l/7NQCL3QudG90Fq+YgVfFGJAWgT+7qO1Bm9o/adG/1iwO2qXsAXNB"
SECRET = "0a091b3aa4324435aab703142518a8f7"

PRODUCTS = (
    Product("10000585", "沙箱直充一", 1000, "direct", delay=0.5, face_value=10),
    Product("10000586", "沙箱直充二", 2950, "direct", delay=1.0, face_value=30),
    Product("10000587", "沙箱卡密", 1990, "card", delay=0.5, face_value=20),
    Product("10000588", "短链券", 880, "link", delay=0.5, face_value=10),
    Product("10000601", "慢速", 1000, "card", mode="slow", delay=2.0),
    Product("10000602", "拒单", 1000, "card", mode="reject"),
    Product("10000603", "失败", 1000, "card", mode="fail", delay=0.5),
    Product("10000604", "缺货", 1000, "card", mode="out_of_stock"),
    Product("10000605", "服务器错误", 1000, "card", mode="error_500"),
    Product("10000606", "无响应", 1000, "card", mode="hang"),
    Product("10000607", "成交后无响应", 1000, "card", mode="commit_then_hang", delay=0.5),
    Product("10000608", "成交后报错", 1000, "card", mode="commit_then_500", delay=0.5),
    Product("10000609", "查无此单后成交", 1000, "card", mode="commit_after_not_found", delay=0.3),
    Product("10000610", "直充失败", 1000, "direct", mode="fail", delay=0.5),
    Product("10000611", "少发一张", 1000, "card", mode="partial", delay=0.5),
    Product("10000613", "涨价", 1000, "card", mode="dearer", delay=0.5),
    Product("10000614", "重复卡密", 1000, "card", mode="duplicate", delay=0.5),
    Product("10000701", "话费 30 元", 2985, "mobile", delay=0.5, face_value=30),
    Product("10000702", "话费 50 元", 4975, "mobile", delay=0.5, face_value=50),
    Product("10000703", "话费 100 元", 9950, "mobile", delay=0.5, face_value=100),
)

ACCOUNT = Account(APP_KEY, SECRET, PRODUCTS)

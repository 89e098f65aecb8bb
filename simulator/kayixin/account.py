"""The customer account of whoever has none of his own, and what is sold to it: of every kind and every mode.

Number and secret are those that the vendor's own pages print. Product codes are numeric, as it types them.
"""

from simulator.shop.account import Account
from simulator.shop.products import Product

APP_ID = "10000"
SECRET = "652fbdd2f637606a2afbb2fe0ca72419"

PRODUCTS = (
    Product("1001", "视频会员月卡", 1500, "card", sync=True, voidable=True),
    Product("1002", "音乐会员季卡", 3800, "card", delay=0.5, voidable=True),
    Product("1003", "视频会员直充", 1680, "direct", delay=0.5),
    Product("1004", "咖啡券链接", 990, "link", sync=True, voidable=True),
    Product("1005", "外卖红包 (不退)", 500, "card", sync=True),
    Product("1006", "网盘会员直充 (即时)", 1200, "direct", sync=True),
    Product("2001", "慢速", 1000, "card", mode="slow", delay=2.0, sync=True, voidable=True),
    Product("2002", "拒单", 1000, "card", mode="reject", sync=True),
    Product("2003", "撤单", 1000, "card", mode="fail", delay=0.5),
    Product("2004", "缺货", 1000, "card", mode="out_of_stock", sync=True),
    Product("2005", "服务器错误", 1000, "card", mode="error_500", sync=True),
    Product("2006", "无响应", 1000, "card", mode="hang", sync=True),
    Product("2007", "成交后无响应", 1000, "card", mode="commit_then_hang", sync=True, voidable=True),
    Product("2008", "成交后报错", 1000, "card", mode="commit_then_500", sync=True, voidable=True),
    Product("2009", "查无此单后成交", 1000, "card", mode="commit_after_not_found", delay=0.3, sync=True),
    Product("2010", "直充失败", 1000, "direct", mode="fail", delay=0.5),
    Product("2011", "少发一张", 1000, "card", mode="partial", delay=0.5),
    Product("2012", "成交后退款", 1000, "card", mode="reversed_later", sync=True, voidable=True),
    Product("2013", "涨价", 1000, "card", mode="dearer", sync=True),
    Product("2014", "重复卡密", 1000, "card", mode="duplicate", sync=True),
)

ACCOUNT = Account(APP_ID, SECRET, PRODUCTS)

"""The default products of each supplier: at least one of every kind, and one of every mode.

Codes are numeric because both protocols type them as integers. Fulu's 10000585, 10000586 and 10000587 are the
test products that its own sandbox documents.
"""

from simulator.shop.products import Product


def kayixin_products() -> list[Product]:
    """Goods of the Kayixin simulator, fresh objects each time."""
    return [
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
    ]


def fulu_products() -> list[Product]:
    """Products of the Fulu simulator, fresh objects each time."""
    return [
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
        Product("10000701", "话费 30 元", 2985, "mobile", delay=0.5, face_value=30),
        Product("10000702", "话费 50 元", 4975, "mobile", delay=0.5, face_value=50),
        Product("10000703", "话费 100 元", 9950, "mobile", delay=0.5, face_value=100),
    ]

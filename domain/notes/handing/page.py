"""What the page of a buyer says."""

from domain.notes.words import Words

ORDER = Words("Order {number}", "订单 {number}")
UNKNOWN = Words("This address shows nothing", "此链接无效")
UNKNOWN_WHY = Words(
    "It was never one of ours, or its time is over. Ask the shop where you bought for a new one.",
    "链接不存在或已过期，请向购买的商店索取新的链接。",
)
PROGRESS = {
    "acknowledged": Words("Your order is accepted.", "订单已受理。"),
    "held": Words("Your order is being worked on.", "订单正在处理。"),
    "in_progress": Words("Your order is being worked on.", "订单正在处理。"),
    "completed": Words("Everything you bought was delivered.", "您购买的内容已全部发放。"),
    "partial": Words(
        "What could be delivered was delivered; the shop pays the rest back.",
        "可发放的内容均已发放，其余部分由商店退款。",
    ),
    "failed": Words(
        "Your order could not be delivered; the shop pays it back.", "订单未能发放，由商店退款。"
    ),
    "cancelled": Words("Your order was cancelled.", "订单已取消。"),
}
STATE = {
    "planned": Words("Comes on {at}", "将于 {at} 发放"),
    "later": Words("Comes later, as agreed", "将按约定发放"),
    "held": Words("Takes a little longer; we are on it", "需要更多时间，正在处理"),
    "in_progress": Words("On its way", "发放中"),
    "uncertain": Words("On its way", "发放中"),
    "delivered": Words("Delivered on {at}", "已于 {at} 发放"),
    "failed": Words("Could not be delivered; the shop pays it back", "未能发放，由商店退款"),
    "cancelled": Words("Not delivered", "未发放"),
    "revoked": Words("Taken back", "已撤回"),
    "refunded": Words("Paid back", "已退款"),
}
NEEDS_ACCOUNT = Words("Waits for your account", "等待您提供充值账号")
TO_ACCOUNT = Words("It went straight to your account.", "已直接到账。")
REVEAL = {
    "key": Words("Show the key", "查看卡密"),
    "link": Words("Show the link", "查看链接"),
}
PART = {
    "number": Words("Number", "卡号"),
    "password": Words("Password", "密码"),
    "link": Words("Link", "链接"),
    "expires_at": Words("Valid until", "有效期至"),
}
ACCOUNT = {
    "phone": Words("Your phone number", "您的手机号"),
    "email": Words("Your e-mail address", "您的电子邮箱"),
    "account": Words("Your account", "您的账号"),
    "address": Words("Your address", "您的收货地址"),
}
SAVE = Words("Save", "保存")
SAVED = Words("Thank you, that is saved.", "已保存，谢谢。")
OTHER_LANGUAGE = Words("中文", "English")
"""The name of the other language, in that language."""
KEEP_SECRET = Words(
    "Whoever opens this page can see what you bought. Keep its address to yourself.",
    "打开此页面的人都能看到您购买的内容，请勿转发此链接。",
)

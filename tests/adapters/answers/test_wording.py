"""The words that decide outcomes, and messages made fit for logs."""

import pytest

from adapters.answers.wording import (
    fit_to_show,
    leaves_it_open,
    named_cause,
    says_no_such_order,
    says_out_of_stock,
)
from tests.adapters.support import purchase


@pytest.mark.parametrize(
    "text",
    [
        "订单不存在",
        "该订单不存在，请核对",
        "订单号k7d2f9不存在",
        "商户订单不存在",
        "未找到订单",
        "未找到该订单",
        "查无此订单",
        "订单未找到",
        "Order not found",
        "order k7d2 does not exist",
        "no such order",
        "无此订单",
        "查无此单",
        "找不到该订单",
        "未查询到订单",
        "未查询到该订单信息",
        "查询不到订单",
        "没有此订单",
        "没有找到相关订单",
        "单号不存在",
        "外部单号k7d2f9不存在",
        "记录不存在",
        "订单记录不存在",
        "order doesn't exist",
        "Order doesn’t exist.",
        "order cannot be found",
        "record not found",
        "Record not found.",
        "order record does not exist",
    ],
)
def test_no_such_order(text: str) -> None:
    assert says_no_such_order(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "不存在",
        "商户不存在",
        "接口不存在",
        "商品不存在",
        "Not Found",
        "user not found",
        "订单查询失败",
        "签名错误",
        "商户不存在，订单查询失败",
        "订单商品不存在",
        "订单所属商户不存在",
        "订单查询接口不存在",
        "未找到订单商品",
        "商品记录不存在",
        "没有该订单的查看权限",
        "无订单查询权限",
        "查询不到订单状态",
        "order service not found",
        "order status not exist",
        "merchant of the order not found",
        "订单不存在或正在处理中",
        "查询超时，未找到订单",
        "订单不存在，请稍后再试",
        "product record not found",
        "merchant: record not found",
        "record not found in the table of merchants",
    ],
)
def test_everything_else_does_not_deny_the_order(text: str) -> None:
    assert not says_no_such_order(text)


@pytest.mark.parametrize(
    "text", ["系统繁忙，请稍后再试", "请求超时", "订单处理中", "System busy", "Internal error"]
)
def test_words_that_leave_it_open(text: str) -> None:
    assert leaves_it_open(text)


@pytest.mark.parametrize("text", ["库存不足", "商品缺货", "断货", "已售罄", "Out of stock"])
def test_words_for_want_of_stock(text: str) -> None:
    assert says_out_of_stock(text)
    assert not leaves_it_open(text)


CAUSES = {
    "stock": [
        "库存不足",
        "商品库存不够",
        "商品缺货",
        "断货",
        "已售罄",
        "暂无库存",
        "Out of stock",
        "insufficient stock",
        # beside a cause, the advice what to do about it is no doubt
        "库存不足，请稍后再试",
        "商品库存不足，请您稍后再来购买",
        "暂无库存,稍后重试",
        "Out of stock, please try again later",
    ],
    "ceiling": [
        "订单金额超过安全进价",
        "当前价格高于安全价",
        "低于安全价",
        "商品进价超过您设置的价格",
        "单价超出最高限价，请重新下单",
        "超出您设置的进货价",
        "safePrice exceeded",
        "above the safe price",
    ],
    "off_sale": [
        "商品已停售",
        "商品已下架",
        "商品维护中",
        "该商品暂停销售",
        "商品不存在",
        "goods does not exist",
        "goods doesn't exist",
    ],
    "balance": ["余额不足", "账户余额不足", "预存款不足", "Insufficient balance", "balance is not enough"],
    "credentials": [
        "签名错误",
        "签名验证失败",
        "没有下单权限",
        "权限不足",
        "IP不在白名单",
        "invalid signature",
        "sign error",
        "IP不在白名单中",
        # the merchant is ourselves
        "商户账号不存在",
        "商户不存在",
        "商户ID不存在",
        "商户号10000无效",
        "商家账户已被冻结",
        "merchant not found",
        "merchant account is invalid",
    ],
    "account": ["充值账号格式错误", "账号13800138000无效", "手机号码不正确", "号码是空号", "invalid account"],
    "parameter": ["参数错误", "参数goodsId不能为空", "缺少必填参数", "invalid parameter"],
}


@pytest.mark.parametrize(("cause", "text"), [(cause, text) for cause in CAUSES for text in CAUSES[cause]])
def test_a_cause_that_cannot_have_sold(cause: str, text: str) -> None:
    assert named_cause(text) == cause


@pytest.mark.parametrize(
    "text",
    [
        "",
        # which the words of a cause alone do not make
        "库存服务不可用",
        "余额扣款失败",
        "权限校验失败",
        "账号充值错误",
        "账号13800138000充值失败",
        "超过限购数量",
        "超过次数，价格以页面为准",
        "价格错误",
        "系统维护中",
        "不存在",
        # in which a cause stands beside a doubt
        "库存不足，请稍候",
        "库存不足，系统将稍后重试",
        "out of stock, it will be retried later",
        "请稍后再试",
        "系统繁忙，请稍后再试",
        "部分成功，库存不足，请稍后再试",
        # whose account is meant is not clear
        "代理商账号不存在",
        "平台账号不存在",
        "部分成功，库存不足",
        "余额不足，请查询订单状态",
        "订单号已被占用，参数错误",
        "参数outerNumber错误",
        "账号校验异常，账号无效",
        "商品已下架或该订单已存在",
        "goods not found: timed out",
        "价格高于成本价，订单生成中",
        "采购中，库存不足",
        "已下架，退款中",
        "订单已创建，余额不足",
        "duplicate order, invalid parameter",
    ],
)
def test_everything_else_may_have_sold(text: str) -> None:
    assert named_cause(text) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("充值账号13800138000错误", "充值账号***错误"),
        ("号码 138 0013-8000 无效", "号码 *** 无效"),
        ("code 123456 stays", "code 123456 stays"),
        ("code 1234567 goes", "code *** goes"),
        ("账号 UserX@Mail.example 有误", "账号 *** 有误"),
        ("two\n  lines\t here", "two lines here"),
        ("角色 剑圣一号 不存在", "角色 *** 不存在"),
    ],
)
def test_a_message_is_shown_without_recipient_or_long_numbers(text: str, shown: str) -> None:
    bought = purchase("recharge", fields={"mail": "userx@mail.example", "role": "剑圣一号"})
    assert fit_to_show(text, bought) == shown


def test_a_message_is_cut_after_masking() -> None:
    shown = fit_to_show("x" * 195 + "13800138000" + "y" * 50, purchase("recharge"))
    assert shown == "x" * 195 + "***yy"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("charge_phone must be a phone number", "account"),
        ("charge_phone 必须是手机号", "account"),
        ("手机号格式错误", "account"),
        ("请输入正确的手机号码", "account"),
        ("not a valid phone number", "account"),
        ("phone number must be a valid mobile number", "account"),
        ("该手机号码不支持充值", "account"),
        ("时间戳已过期", "clock"),
        ("时间戳超时，请重试", "clock"),
        ("timestamp 已过期", "clock"),
        ("Timestamp is out of range", "clock"),
        ("request expired", "clock"),
        ("订单已过期", None),
        ("请求超时", None),
        ("order must be a number", None),
    ],
)
def test_accounts_and_clocks_that_are_refused(text: str, cause: str | None) -> None:
    assert named_cause(text) == cause

"""The words that decide outcomes, and messages made fit for logs."""

import pytest

from adapters.wording import (
    fit_to_show,
    leaves_it_open,
    says_no_such_order,
    says_out_of_stock,
    says_over_ceiling,
    smells_of_duplicate,
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
    ],
)
def test_everything_else_does_not_deny_the_order(text: str) -> None:
    assert not says_no_such_order(text)


@pytest.mark.parametrize(
    "text",
    ["外部订单号重复", "订单已存在", "订单号已经存在", "Duplicate order", "order exists", "already exist"],
)
def test_a_duplicate_is_smelled(text: str) -> None:
    assert smells_of_duplicate(text)


@pytest.mark.parametrize("text", ["商品不存在", "goods does not exist", "库存不足", ""])
def test_absence_is_no_duplicate(text: str) -> None:
    assert not smells_of_duplicate(text)


@pytest.mark.parametrize(
    "text", ["系统繁忙，请稍后再试", "请求超时", "订单处理中", "System busy", "Internal error"]
)
def test_words_that_leave_it_open(text: str) -> None:
    assert leaves_it_open(text)


@pytest.mark.parametrize("text", ["库存不足", "商品缺货", "断货", "已售罄", "Out of stock"])
def test_words_for_want_of_stock(text: str) -> None:
    assert says_out_of_stock(text)
    assert not leaves_it_open(text)


@pytest.mark.parametrize(
    "text",
    [
        "订单金额超过安全进价",
        "当前价格高于安全价",
        "商品进价超过您设置的价格",
        "单价超出最高限价，请重新下单",
        "safePrice exceeded",
        "above the safe price",
    ],
)
def test_words_for_a_price_above_the_ceiling(text: str) -> None:
    assert says_over_ceiling(text)


@pytest.mark.parametrize(
    "text", ["超过限购数量", "超过次数，价格以页面为准", "余额不足", "商品已停售", "价格错误", ""]
)
def test_everything_else_is_no_price_above_the_ceiling(text: str) -> None:
    assert not says_over_ceiling(text)


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

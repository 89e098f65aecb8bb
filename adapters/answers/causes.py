"""The causes of a refusal that cannot have sold anything, and the words that name them.

A list of what is known, never of what is not: a text that is not here decides nothing.
"""

import re
from typing import Literal

Cause = Literal["stock", "ceiling", "off_sale", "balance", "clock", "credentials", "account", "parameter"]

_NOT_CHINESE = r"[^\u4e00-\u9fff，。；！？,;]{0,40}"
"""An account or a name of a field that stands between a subject and what is wrong with it."""
_WRONG = r"(?:有误|错误|无效|不正确|不合法|非法|不符合?要求|不能为空|为空|缺失)"
_WRONG_IN_ENGLISH = r"(?:is )?(?:invalid|incorrect|wrong|malformed|missing|mismatch|error)"

_MERCHANT = r"(?:商户|商家)的?(?:[账帐][号户]|编号|号|ID|信息)?"
"""Ourselves, as a supplier calls its customer; a buyer's account is never called so."""


_AN_ACCOUNT = r"(?:charge_(?:phone|account)|[账帐][号户]|手机号码?|号码)"
_AN_ACCOUNT_OF_A_KIND = r"手机号|电话|号码|[账帐][号户]|邮箱|QQ号"


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


CAUSES: dict[Cause, re.Pattern[str]] = {
    "stock": _any_of(
        r"库存(?:数量)?(?:已)?(?:不足|不够)",
        r"(?:没有|暂?无|缺)库存",
        r"缺货|断货|售罄|售完|卖完",
        r"out of stock|sold out|(?:insufficient|not enough) stock",
        r"stock (?:is )?(?:insufficient|not enough)",
    ),
    "ceiling": _any_of(
        r"(?:超[过出]|高于|大于)[^，。,.;；]{0,20}(?:限价|进价|进货价|安全价|最高价|成本价|设置的价格)",
        r"(?:低于|小于)[^，。,.;；]{0,4}安全进?价",
        r"(?:exceed|above|over|higher than)[^,.;]{0,20}safe ?price",
        r"safe ?price[^,.;]{0,20}exceed",
    ),
    "off_sale": _any_of(
        r"(?:商品|产品)(?:编号|信息)?不存在",
        r"(?:商品|产品)[^，。,.;；]{0,4}(?:维护|未上架|不可售)",
        r"停售|下架|(?:暂停|停止|禁止)(?:销售|出售|售卖)",
        r"(?:goods|product|item) (?:is |was |does )?(?:not|doesn['’]t) (?:found|exist|available|on sale)",
        r"off (?:the )?(?:sale|shelf)|discontinued",
    ),
    "balance": _any_of(
        r"(?:余额|预存款)(?:不足|不够)",
        r"insufficient (?:account )?(?:balance|funds)|balance (?:is )?(?:insufficient|not enough|too low)",
    ),
    "clock": _any_of(
        r"(?:时间戳|timestamp)[^，。,.;；]{0,12}(?:过期|超时|失效|无效|有误|错误|不正确|不合法|超出|误差|偏差)",
        r"请求时间[^，。,.;；]{0,8}(?:过期|有误|错误|不正确|超出|误差|偏差)|(?:请求|签名)已经?过期",
        r"(?:invalid|expired|wrong) timestamp",
        r"timestamp[^,.;]{0,20}(?:invalid|expired|incorrect|wrong|out of|too (?:old|far)|not valid)",
        r"(?:clock|time) skew|request (?:has |is )?expired",
    ),
    "credentials": _any_of(
        r"(?:签名|验签)(?:验证|校验)?(?:失败|不匹配|不一致|错误|有误|无效|不正确)",
        r"(?:没有|无|缺少)[^，。,.;；]{0,8}权限|权限不足|未授权",
        r"不在[^，。,.;；]{0,8}白名单|未(?:加入|添加)[^，。,.;；]{0,4}白名单",
        rf"invalid sign(?:ature)?|sign(?:ature)? {_WRONG_IN_ENGLISH}",
        r"permission denied|no permission|unauthori[sz]ed",
        rf"{_MERCHANT}{_NOT_CHINESE}(?:不存在|无效|有误|错误|不正确|未(?:开通|激活|启用)|已?被?(?:禁用|冻结|停用))",
        r"merchant(?: account| id| no)? (?:is |was |does )?(?:not|doesn['’]t) (?:found|exist|active)",
        rf"merchant(?: account| id| no)? {_WRONG_IN_ENGLISH}",
    ),
    "account": _any_of(
        r"(?<!商户)(?<!商家)(?<!商户的)(?<!商家的)(?<!代理)(?<!代理商)(?<!分销商)(?<!平台)(?<!渠道)(?<!接口)"
        rf"(?:[账帐][号户]|手机号码?|号码|QQ号){_NOT_CHINESE}(?:的?格式|信息|输入|填写|类型)?(?:{_WRONG}|不存在|是?空号)",
        rf"{_AN_ACCOUNT}{_NOT_CHINESE}(?:必须|应当?|需要?|须)(?:是|为)[^，。,.;；]{{0,8}}(?:{_AN_ACCOUNT_OF_A_KIND})",
        rf"(?:请(?:输入|填写)|不是|非)(?:一个)?(?:正确|有效|合法)的?[^，。,.;；]{{0,4}}(?:{_AN_ACCOUNT_OF_A_KIND})",
        r"(?:手机号码?|号码|充值[账帐][号户])[^，。,.;；]{0,6}(?:不支持充值|无法充值|已停机|已销号)",
        r"invalid (?:charge[_ ]?)?(?:account|phone|mobile)",
        r"(?:account|phone|mobile)(?:[_ ]?(?:number|no))?[^,.;]{0,20} (?:must|should) be "
        r"(?:an? )?(?:valid |correct )?(?:\w+ )?(?:account|phone|mobile|number)",
        r"not an? (?:valid |correct )?(?:\w+ )?(?:account|phone|mobile)",
        rf"(?<!merchant )(?:account|phone number|mobile) {_WRONG_IN_ENGLISH}",
    ),
    "parameter": _any_of(
        rf"(?:参数|字段){_NOT_CHINESE}(?:的?格式|类型)?{_WRONG}",
        r"缺少[^，。,.;；]{0,20}(?:参数|字段)",
        rf"(?:invalid|missing) param(?:eter)?|param(?:eter)? {_WRONG_IN_ENGLISH}",
    ),
}
"""In the order in which they are looked for: where a text names two, the earlier one is what to wait for."""

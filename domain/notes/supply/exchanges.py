"""Notes about what came back from a supplier, and about what an adapter reads in it."""

from domain.notes.note import Note
from domain.notes.words import Words


class NoConnectionTo(Note, code="no_connection_to"):
    """No connection could be made; nothing was sent."""

    words = Words("no connection to the supplier ({error})", "无法连接货源（{error}）")
    error: str


class AddressUnusable(Note, code="address_unusable"):
    """The configured address is none; nothing was sent."""

    words = Words("the configured address cannot be used ({error})", "配置的地址无法使用（{error}）")
    error: str


class NoAnswer(Note, code="no_answer"):
    """The request may have left, and nothing came back."""

    words = Words("no answer from the supplier ({error})", "货源没有答复（{error}）")
    error: str


class AnswerTooLarge(Note, code="answer_too_large"):
    """The answer was not read to its end."""

    words = Words("the answer is larger than {most} bytes", "答复超过 {most} 字节")
    most: int


class LaterNotSent(Note, code="later_not_sent"):
    """A later request of the same call did not leave."""

    words = Words("a later request was not sent: {why}", "后续请求未能发出：{why}")
    why: Note


class HttpStatus(Note, code="http_status"):
    """An HTTP status that is no answer."""

    words = Words("HTTP {status}", "HTTP 状态 {status}")
    status: int


class NeitherUtf8NorGbk(Note, code="neither_utf8_nor_gbk"):
    """The answer's bytes are no text."""

    words = Words("the answer is neither UTF-8 nor GBK", "答复既不是 UTF-8 也不是 GBK 编码")


class NotJson(Note, code="not_json"):
    """The answer is no JSON."""

    words = Words("the answer is not JSON", "答复不是 JSON")


class FieldUnusable(Note, code="field_unusable"):
    """A field of the answer is missing, or is not what it should be."""

    words = Words(
        "the answer's {field} is missing or of the wrong type", "答复中的字段 {field} 缺失或类型错误"
    )
    field: str


class NotSigned(Note, code="not_signed"):
    """The answer carries no signature."""

    words = Words("the answer is not signed", "答复没有签名")


class SignatureWrong(Note, code="signature_wrong"):
    """The answer's signature does not verify."""

    words = Words("the answer's signature does not verify", "答复的签名验证失败")


class AnotherOrder(Note, code="another_order"):
    """The answer names another order than ours."""

    words = Words("the answer is about another order", "答复针对的是另一笔订单")


class CodeSaid(Note, code="code_said"):
    """A code and its text, as the supplier gives them."""

    free = frozenset({"text"})
    words = Words("code {answer}: {text}", "代码 {answer}：{text}")
    answer: str
    text: str


class QueryRefused(Note, code="query_refused"):
    """A query was answered with another code than success."""

    free = frozenset({"text"})
    words = Words("the query got code {answer}: {text}", "查询得到代码 {answer}：{text}")
    answer: str
    text: str


class CallRefused(Note, code="call_refused"):
    """A call was answered with another code than success."""

    free = frozenset({"text"})
    words = Words("{call} got code {answer}: {text}", "{call} 得到代码 {answer}：{text}")
    call: str
    answer: str
    text: str


class CallGotCode(Note, code="call_got_code"):
    """A call was answered with another code than success, and its text is not shown."""

    words = Words("{call} got code {answer}", "{call} 得到代码 {answer}")
    call: str
    answer: str


class CallUnusable(Note, code="call_unusable"):
    """A call got no answer that can be used."""

    words = Words("{call}: {why}", "调用 {call}：{why}")
    call: str
    why: Note


class AnotherProduct(Note, code="another_product"):
    """The answer names another product than was asked for."""

    words = Words("{call} answered about another product", "{call} 返回的是另一个商品")
    call: str


class UndocumentedStock(Note, code="undocumented_stock"):
    """The product has a sales or stock status that the protocol does not list."""

    words = Words(
        "{call} answered an undocumented sales or stock status",
        "{call} 返回的上架或库存状态未见于接口文档",
    )
    call: str


class NotFoundButRefused(Note, code="not_found_but_refused"):
    """A query found no order, and the purchase was refused for no named cause."""

    free = frozenset({"text"})
    words = Words(
        "not found, but refused with code {answer}: {text}", "查无此单，但提交被拒，代码 {answer}：{text}"
    )
    answer: str
    text: str


class RefusedAndAsked(Note, code="refused_and_asked"):
    """A purchase was refused, and the query after it did not tell."""

    free = frozenset({"text"})
    words = Words(
        "refused with code {answer} ({text}), then: {asked}",
        "提交被拒，代码 {answer}（{text}），随后：{asked}",
    )
    answer: str
    text: str
    asked: Note


class RefusedWhenSentAgain(Note, code="refused_when_sent_again"):
    """The repetition of a request was refused."""

    words = Words(
        "refused when sent again, with code {answer}: {why}", "重新提交时被拒，代码 {answer}：{why}"
    )
    answer: str
    why: Note


class UndocumentedStatus(Note, code="undocumented_status"):
    """The order has a status that the protocol does not list."""

    words = Words("the order has the undocumented status {status}", "订单状态 {status} 未见于接口文档")
    status: str


class OrderFailed(Note, code="order_failed"):
    """The supplier reports that the order failed."""

    words = Words("the supplier reports that the order failed", "货源报告订单失败")


class WithdrawnOrRefunded(Note, code="withdrawn_or_refunded"):
    """The supplier withdrew the order or paid it back."""

    words = Words("withdrawn or refunded in full by the supplier", "货源已撤单或全额退款")


class RevokedMeanwhile(Note, code="revoked_meanwhile"):
    """Delivered by the first answer, and revoked by the next."""

    words = Words(
        "delivered by its first answer, and taken back by the time it was asked",
        "首次答复称已发放，查询时已被撤回",
    )


class AllVoided(Note, code="all_voided"):
    """Every card was voided."""

    words = Words("the supplier voided every card", "货源已作废全部卡密")


class RechargeRefunded(Note, code="recharge_refunded"):
    """A recharge was refunded, and how much of it is not clear."""

    words = Words("a recharge was refunded in part or not at all", "充值被部分退款或未退款")

"""Notes about what was issued, what an offer lacks, and what can be taken back."""

from domain.notes.note import Note
from domain.notes.words import Words


class CardsForRecharge(Note, code="cards_for_recharge"):
    """Cards came where a recharge was bought."""

    words = Words("{cards} cards came for a recharge", "直充订单却返回了 {cards} 张卡密")
    cards: int


class CardsForBought(Note, code="cards_for_bought"):
    """Another number of cards came than was bought."""

    words = Words("{cards} cards came for {bought} bought", "购买 {bought} 件，返回了 {cards} 张卡密")
    cards: int
    bought: int


class UsableForBought(Note, code="usable_for_bought"):
    """The order is finished with another number of usable cards than was bought."""

    words = Words(
        "finished with {cards} usable cards for {bought} bought",
        "已完成：购买 {bought} 件，可用卡密 {cards} 张",
    )
    cards: int
    bought: int


class NoLinkInCard(Note, code="no_link_in_card"):
    """A link was bought, and a card holds none."""

    words = Words(
        "a link was bought and a card holds no http(s) address", "购买的是链接，但卡密中没有 http(s) 地址"
    )


class CardBlank(Note, code="card_blank"):
    """A card is blank."""

    words = Words("a card is blank", "卡密为空")


class CardUnreadable(Note, code="card_unreadable"):
    """A card cannot be deciphered."""

    words = Words("a card could not be decrypted", "卡密无法解密")


class DeadlineUnreadable(Note, code="deadline_unreadable"):
    """Until when a card can be used is not understood."""

    free = frozenset({"text"})
    words = Words("until when a card can be used is not understood: {text}", "无法识别卡密的有效期：{text}")
    text: str


class NoParcels(Note, code="no_parcels"):
    """The supplier sells digital goods only."""

    words = Words("this supplier ships no parcels", "该货源不发实物")


class BuysIn(Note, code="buys_in"):
    """The connection buys in another currency."""

    words = Words("this connection buys in {currency}", "该货源以 {currency} 结算")
    currency: str


class AccountMissing(Note, code="account_missing"):
    """A recharge needs an account."""

    words = Words("a recharge needs an account", "直充需要充值账号")


class OfferLacks(Note, code="offer_lacks"):
    """The offer lacks an option."""

    words = Words("the offer lacks the option {option}", "货源商品缺少参数 {option}")
    option: str


class OneCharge(Note, code="one_charge"):
    """Phone credit is sold one charge per order."""

    words = Words("phone credit is sold one charge per order", "话费每单只能充值一笔")


class ListedAs(Note, code="listed_as"):
    """The supplier lists the product as something that cannot be bought."""

    words = Words("the supplier lists the product as {word}", "货源将该商品标为“{word}”")
    word: str


class AboveCeiling(Note, code="above_ceiling"):
    """It would cost more than allowed."""

    words = Words(
        "{total} for {quantity}, above the ceiling of {ceiling}",
        "{quantity} 件共 {total}，超过成本上限 {ceiling}",
    )
    total: str
    quantity: int
    ceiling: str


class PriceRefused(Note, code="price_refused"):
    """The supplier refused to name a price."""

    free = frozenset({"text"})
    words = Words("the price was refused: {text}", "查询价格被拒：{text}")
    text: str


class PriceUnreadable(Note, code="price_unreadable"):
    """The price could not be read."""

    words = Words("the price could not be read: {call}: {why}", "无法读取价格：{call}：{why}")
    call: str
    why: Note


class PoolKindUnsupported(Note, code="pool_kind_unsupported"):
    """Our own stock holds keys and links only."""

    words = Words("a pool holds keys and links only", "自有库存只有卡密和链接")


class PoolShort(Note, code="pool_short"):
    """Our own stock is too small."""

    words = Words("the pool holds too few", "自有库存不足")


class PoolKeeps(Note, code="pool_keeps"):
    """Keys of our own stock that cannot be put back."""

    words = Words("the pool does not take these keys back", "自有库存不能撤回这些卡密")


class NoRefundInterface(Note, code="no_refund_interface"):
    """The supplier has no interface for taking back."""

    words = Words("the supplier has no refund interface", "该货源没有退款接口")


class NoCardIds(Note, code="no_card_ids"):
    """The supplier's ids of the cards are not known."""

    words = Words("there are no supplier card ids to void", "没有可作废的货源卡号")


class CardNotListed(Note, code="card_not_listed"):
    """The order does not list a card that it delivered."""

    words = Words("the order does not list a card that it delivered", "订单中找不到已发放的卡密")


class CardStatusUnknown(Note, code="card_status_unknown"):
    """A card's status is missing or undocumented."""

    words = Words("a card's status is missing or undocumented", "卡密状态缺失或未见于接口文档")


class SomeCardsKept(Note, code="some_cards_kept"):
    """Some cards were voided and others cannot be."""

    words = Words("some cards were voided and others cannot be", "部分卡密已作废，其余无法作废")


class SomeVoidsRefused(Note, code="some_voids_refused"):
    """Some cards were voided and others were refused."""

    words = Words("some cards were voided and others were refused", "部分卡密已作废，其余被拒")


class CardUsed(Note, code="card_used"):
    """A card was used."""

    words = Words("a card was used", "卡密已被使用")


class CardNotRevocable(Note, code="card_not_revocable"):
    """The supplier does not take this card back."""

    words = Words("the supplier does not take this card back", "货源不撤回该卡密")


class NothingPaidBack(Note, code="nothing_paid_back"):
    """The supplier closed the refund and paid nothing back."""

    words = Words("the supplier closed the refund and paid nothing back", "货源关闭了退款，且未退款")


class PaidBackOnly(Note, code="paid_back_only"):
    """The supplier paid only a part back."""

    words = Words("the supplier paid only {back} of {paid} back", "货源只退回 {paid} 中的 {back}")
    back: str
    paid: str


class RefundUnclear(Note, code="refund_unclear"):
    """The supplier refunded, and does not say how much."""

    words = Words("the supplier refunded, and does not say how much of what", "货源已退款，但未说明退了多少")


class RefundLeftStatus(Note, code="refund_left_status"):
    """A refund request left the order in a status."""

    words = Words("the refund request left the order in status {status}", "申请退款后订单状态为 {status}")
    status: str

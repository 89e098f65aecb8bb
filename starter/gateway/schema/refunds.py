"""Refunds as their channel sees them."""

from storage.views.channel_lists import RefundToPay


class ChannelRefund(RefundToPay):
    """A refund of one of the channel's orders."""

    livemode: bool


def refund(found: RefundToPay, *, livemode: bool) -> ChannelRefund:
    """A refund as its channel sees it."""
    return ChannelRefund(**dict(found), livemode=livemode)

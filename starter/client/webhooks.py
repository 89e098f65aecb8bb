"""Verifying what is sent to the shop."""

from collections.abc import Mapping

from standardwebhooks import Webhook, WebhookVerificationError

from .errors import PerkflowError
from .events import Event


class NotFromPerkflow(PerkflowError):
    """A request that was not signed with the endpoint's secret, or was signed long ago: answer 400."""


def event_of(secret: str, headers: Mapping[str, str], body: bytes) -> Event:
    """The event of a request, over the bytes as they came. Raises NotFromPerkflow.

    It may come twice, and after a later one: keep `epoch` and `sequence` with each order, delivery and
    refund, and leave alone what is not newer.
    """
    webhook = Webhook(secret)
    try:
        event: Event = webhook.verify(body, dict(headers))
    except WebhookVerificationError as error:
        raise NotFromPerkflow(str(error)) from None
    except ValueError:
        raise NotFromPerkflow("its headers or its body are none of a webhook") from None
    return event

"""All nine lines."""

from collections.abc import Awaitable, Callable

from tests.chaos.audit import money, once, outcomes, purchases, secrecy
from tests.chaos.audit.scene import Finding, Scene

Audit = Callable[[Scene], Finding | Awaitable[Finding]]
AUDITS: tuple[tuple[str, Audit], ...] = (
    ("a delivery is paid for once, in full", purchases.paid_once),
    ("every order ends, or waits for a reason", outcomes.all_settled),
    ("an unresolved attempt is never replaced", purchases.never_replaced),
    ("a credential, a recharge has one owner", outcomes.one_owner),
    ("not a cent is lost or made", money.balanced),
    ("no secret in plaintext", secrecy.sealed),
    ("one request, one effect", once.one_effect),
    ("published stays published, nothing early", once.as_published),
    ("events tell everything, histories replay", once.told),
)


async def audit(scene: Scene) -> list[tuple[str, Finding]]:
    """Each invariant's verdict, in the design's order."""
    found = []
    for title, judge in AUDITS:
        verdict = judge(scene)
        found.append((title, verdict if isinstance(verdict, Finding) else await verdict))
    return found

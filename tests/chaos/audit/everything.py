"""All lines."""

import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.chaos.audit import secrecy, spelling, webhooks
from tests.chaos.audit.buying import purchases, silence
from tests.chaos.audit.ending import outcomes, waiting
from tests.chaos.audit.money import balance, chargebacks
from tests.chaos.audit.requests import ids, once, reports
from tests.chaos.audit.scene import Finding, Scene

Audit = Callable[[Scene], Finding | Awaitable[Finding]]
AUDITS: tuple[tuple[str, Audit], ...] = (
    ("a delivery is paid for once, in full", purchases.paid_once),
    ("every order ends, or waits for a reason", outcomes.all_settled),
    ("an unresolved attempt is never replaced", purchases.never_replaced),
    ("a credential, a recharge has one owner", outcomes.one_owner),
    ("not a cent is lost or made", balance.balanced),
    ("no secret in plaintext", secrecy.sealed),
    ("one request, one effect", once.one_effect),
    ("published stays published, nothing early", once.as_published),
    ("events tell everything, histories replay", once.told),
    ("a request id names one act", ids.names_one_act),
    ("only silence counts against a supplier", silence.only_silence),
    ("what was reported early is not forgotten", reports.not_forgotten),
    ("nobody waits for ever", waiting.nobody_for_ever),
    ("one key is one key in any spelling", spelling.one_in_any_spelling),
    ("nothing is owed after a chargeback", chargebacks.nothing_owed),
    ("webhooks arrive, verify, and tell it all", webhooks.all_heard),
)


async def audit(scene: Scene) -> list[tuple[str, Finding]]:
    """Each invariant's verdict, in the design's order."""
    return [(title, await _judged(scene, judge)) for title, judge in AUDITS]


async def _judged(scene: Scene, judge: Audit) -> Finding:
    """A book that an audit cannot even read is one more finding, and the other lines are still judged."""
    try:
        verdict = judge(scene)
        return verdict if isinstance(verdict, Finding) else await verdict
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}, line {last.lineno}"
        return Finding({}, [f"this line could not be judged: {type(error).__name__}: {error} ({where})"])

"""What a supplier answered to a purchase's last request, where that did not decide it."""

from typing import Any

from domain.notes.note import Note, read
from domain.supply.outcomes import ActionRequired, QueryOutcome, Rejected, Uncertain

_KINDS: dict[str, type[Rejected] | type[ActionRequired]] = {
    "rejected": Rejected,
    "action_required": ActionRequired,
}


def keep_answer(outcome: QueryOutcome) -> dict[str, Any] | None:
    """What is kept of an answer to a request: the refusal that it names, else its words; None for silence."""
    if not isinstance(outcome, Uncertain) or not outcome.is_answer:
        return None
    refusal = outcome.refusal
    if refusal is None:
        return {"words": outcome.why.as_json()}
    kind = next(name for name, each in _KINDS.items() if isinstance(refusal, each))
    fields = {name: value for name, value in vars(refusal).items() if name != "receipt"}
    return {"kind": kind, **fields, "message": refusal.message.as_json()}


def refusal_in(answered: dict[str, Any] | None) -> Rejected | ActionRequired | None:
    """The refusal that was kept, if any."""
    if not answered or "kind" not in answered:
        return None
    fields = {name: value for name, value in answered.items() if name != "kind"}
    return _KINDS[answered["kind"]](**fields | {"message": read(answered["message"])})


def words_in(answered: dict[str, Any] | None) -> Note | None:
    """What was answered, where it names no cause."""
    return read(answered["words"]) if answered and "words" in answered else None

"""What a simulated release waits for and how it ends, in sentences."""

from domain.contract.bundle import Reversibility
from domain.notes.sentences.bundles import (
    AllTheSame,
    ByThePolicy,
    Ends,
    EndsByPolicy,
    IfAccountBy,
    IfElse,
    IfNobodyGivesAccount,
    IfNothingHappens,
    NeedsWhatCannotBe,
    OnCondition,
    OnConditionBy,
    ReleasedIf,
    Revocable,
    RevocableUntilRevealed,
)
from domain.notes.sentences.sentence import Listed, Plain, Sentence
from domain.simulation.endings import Because
from domain.simulation.release import TimelineRelease
from domain.simulation.timeline import TimelineMoment


def ending(release: TimelineRelease) -> Sentence:
    """How it ends."""
    fate = release.fate.value
    return EndsByPolicy(fate=fate) if release.because is Because.POLICY else Ends(fate=fate)


def if_nothing_happens(release: TimelineRelease) -> Sentence:
    """How it ends if nothing is reported and nobody gives an account."""
    if release.because is Because.NO_ACCOUNT:
        return IfNobodyGivesAccount(fate=release.fate.value)
    return IfNothingHappens(fate=ending(release))


def ruled_out(release: TimelineRelease) -> Sentence | None:
    """What its order does not meet; None where it rules nothing out."""
    if not release.ruled_out:
        return None
    if release.given_up:
        return Plain(text=release.ruled_out)
    return AllTheSame(ruled_out=release.ruled_out)


def condition(release: TimelineRelease) -> Sentence | None:
    """What it waits for, until when, and what then; None for nothing."""
    if not release.waits_for and release.otherwise is None:
        return None
    what: Sentence = OnCondition(what=release.waits_for)
    if release.by:
        what = OnConditionBy(what=release.waits_for, by=release.by)
    if release.given_up and release.waits_for:
        return NeedsWhatCannotBe(what=what) if release.never else ReleasedIf(what=what)
    if release.otherwise is None:
        return OnCondition(what=release.waits_for)
    return IfElse(what=what, otherwise=release.otherwise.value)


def claim(release: TimelineRelease) -> Sentence | None:
    """Until when its account is to be given, and what then; None where the order names it."""
    if release.claim is None or release.claim_by is None:
        return None
    return IfAccountBy(by=release.claim_by, otherwise=release.claim.otherwise.value)


def undoable(moment: TimelineMoment) -> Sentence | None:
    """What can be taken back after a moment; None for nothing."""
    parts = tuple(
        (RevocableUntilRevealed if each.reversibility is Reversibility.UNTIL_REVEALED else Revocable)(
            component=each.component, releases=each.releases
        )
        for each in moment.undoable
    )
    if not parts:
        return None
    return ByThePolicy(what=Listed(parts=parts)) if moment.policy_undoes else Listed(parts=parts)

"""Defects for each invariant, put into a process from outside; the line of that invariant must catch them.

The product knows nothing of them: each patches one function of it, in a process that a fault run starts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.faults.kinds import BREAKS, COMMIT_THEN
from tests.chaos.defects import acts, buying, callbacks, money, telling, waiting
from tests.chaos.people.verbs import PAID_BACK_TWICE


@dataclass(frozen=True)
class Mutant:
    """A defect, and the invariant that it breaks."""

    invariant: int
    what: str
    apply: Callable[[], None]
    rates: dict[str, float] = field(default_factory=dict)
    """The faults that bring it out."""
    kills: int = 0
    """How often a worker is killed while it works, where that is what brings it out."""
    until: tuple[str, ...] = ()
    """What people must have done in a run that is to bring it out."""
    at_the_desk: bool = False
    """It is also in what people's programs run, and so in the process of the run itself."""


LOST = {f"create:{kind}": 0.1 for kind in BREAKS - {"timeout"}}
SOLD_BUT_LOST = {f"create:{kind}": 0.1 for kind in COMMIT_THEN if kind != "commit_then_timeout"}
SOLD_BUT_LOST["lost_callback"] = 1.0  # what is reported is asked about, whatever was given up
STRANGE_CALLBACKS = {"misbound_callback": 0.3, "forged_callback": 0.3, "unknown_callback": 0.3}
MUTANTS: dict[str, Mutant] = {
    "new-key": Mutant(1, "a request that is sent again gets a new number", buying.new_key_each_time, LOST),
    "not-asked": Mutant(
        1,
        "what was under way when a worker died is sent again under a new number",
        buying.sent_again_instead_of_asked,
        {"create:slow_drip": 1.0},
        kills=2,
    ),
    "forgotten": Mutant(2, "an order is acknowledged and forgotten", waiting.acknowledged_and_forgotten),
    "renewed": Mutant(2, "each retry renews the deadline of a hold", waiting.deadline_renewed),
    "put-off": Mutant(2, "a hold has a deadline of a month", waiting.deadline_put_off),
    "failover": Mutant(3, "an uncertain attempt is replaced", buying.failover_while_uncertain, SOLD_BUT_LOST),
    "fingerprint": Mutant(
        4, "fingerprints are not compared", buying.fingerprint_ignored, {"duplicate_credential": 0.5}
    ),
    "rounding": Mutant(5, "refunds are rounded", money.refund_rounded),
    "by-unit": Mutant(
        5, "a part is paid back by the unit, rounded", money.refund_by_unit, {"partial_quantity": 0.7}
    ),
    "waived": Mutant(
        5, "what a person left out is paid back", money.waived_is_paid_back, until=("waive",) * 3
    ),
    "off-by-a-cent": Mutant(5, "two bundles are twice the shares of one", money.shares_of_one_doubled),
    "log-line": Mutant(6, "a log line shows what was issued", telling.unsealed_log_line),
    "unbound": Mutant(
        7, "callbacks are bound to whatever they name", callbacks.unbound, {"misbound_callback": 1.0}
    ),
    "unsigned": Mutant(
        7, "signatures of callbacks are not verified", callbacks.unverified, STRANGE_CALLBACKS
    ),
    "requests": Mutant(
        7, "each try of a request is a request of its own", acts.request_ids_ignored, at_the_desk=True
    ),
    "confirmed-twice": Mutant(
        7, "a refund that is confirmed twice counts twice", money.confirmed_twice, at_the_desk=True
    ),
    "early": Mutant(8, "deliveries are released before their instant", waiting.released_early),
    "untold": Mutant(9, "a row changes without an event", telling.changed_without_telling),
    "any-act": Mutant(
        10,
        "an id that was used answers for any act",
        acts.any_act_under_an_id,
        at_the_desk=True,
        until=("retry",),
    ),
    "unusable": Mutant(
        11,
        "an answer that nobody can use counts as silence",
        buying.unusable_is_silence,
        {"unusable_card": 0.6},
    ),
    "wedged": Mutant(
        13,
        "a run fails over what it cannot open",
        waiting.fails_over_what_it_cannot_open,
        until=("rubbish",) * 20,
    ),
    "early-forgotten": Mutant(
        12,
        "what was reported before an answer is forgotten",
        callbacks.early_forgotten,
        {"reversed_before_answer": 1.0},
    ),
    "paid-twice": Mutant(
        15,
        "what was decided before a chargeback stays to be paid",
        money.owed_anyway,
        until=(PAID_BACK_TWICE,),
        at_the_desk=True,
    ),
    "unsent": Mutant(16, "one event in five is sent to nobody", telling.not_sent),
    "signed-otherwise": Mutant(16, "something else is signed than what is sent", telling.signed_otherwise),
    "as-written": Mutant(
        14, "keys are compared as they are written", buying.compared_as_written, {"respelt_credential": 0.5}
    ),
}

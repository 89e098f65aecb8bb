"""What a timeline tells of what depends on more than time: as it is hoped for, and if nothing happens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.contract.release import Otherwise
from domain.simulation.endings import Because, Fate
from tests.unit.builders import bundle, cny, component, order, phone
from tests.unit.simulation.timelines import ANCHOR, if_nothing_happens, lines, of

CLAIM = {"within": "P30D", "otherwise": "refund"}
WAITING: dict[str, Any] = {"when": "activated(video)", "by": "P60D", "otherwise": "refund"}


def test_a_condition_is_shown_at_its_earliest_and_at_its_deadline() -> None:
    found = of(bundle(component("video"), component("music", release=WAITING), price=cny(2000)))
    assert lines(found) == [
        ("2027-01-31", "video#1 music#1", 2000, 0),
        ("2027-04-01", "", 0, 0),
    ]
    assert if_nothing_happens(found) == [
        ("2027-01-31", "video#1", 2000, 1000),
        ("2027-04-01", "music!#1", 1000, 1000),
    ]
    _, music = found.moments[0].releases
    assert (music.waits_for, music.by, music.otherwise) == (
        "activated(video)",
        datetime(2027, 4, 1, 2, 0, tzinfo=UTC),
        Otherwise.REFUND,
    )
    (refunded,) = found.moments[1].if_nothing_happens.releases
    assert (refunded.fate, refunded.because) == (Fate.REFUNDED, Because.CONDITION)


def test_at_its_deadline_it_is_released_all_the_same_if_the_contract_says_so() -> None:
    schedule = {**WAITING, "otherwise": "release", "every": "P1M", "times": 2}
    found = of(bundle(component("video"), component("music", release=schedule), price=cny(3000)))
    assert lines(found)[:2] == [
        ("2027-01-31", "video#1 music#1", 3000, 1000),
        ("2027-02-28", "music#2", 1000, 0),
    ]
    assert if_nothing_happens(found)[2:] == [
        ("2027-04-01", "music#1", 2000, 1000),
        ("2027-05-01", "music#2", 1000, 0),
    ]


def test_a_need_is_waited_for_also_when_it_waits_itself() -> None:
    parts = [
        component("coupon", needs=["music"], release={"every": "P1M", "times": 3}),
        component("video"),
        component("music", release=WAITING),
    ]
    found = of(bundle(*parts, price=cny(5000)))
    assert lines(found) == [
        ("2027-01-31", "video#1 music#1 coupon#1", 5000, 2000),
        ("2027-02-28", "coupon#2", 2000, 1000),
        ("2027-03-31", "coupon#3", 1000, 0),
        ("2027-04-01", "", 0, 0),
    ]
    assert if_nothing_happens(found)[3] == (
        "2027-04-01",
        "music!#1 coupon!#1 coupon!#2 coupon!#3",
        4000,
        4000,
    )
    assert found.moments[0].releases[2].waits_for == "delivered(music)"


def test_a_need_that_comes_late_holds_back_what_is_due() -> None:
    parts = [
        component("coupon", needs=["music"], release={"every": "P1M", "times": 3}),
        component("music", release={"after": "P40D"}),
    ]
    found = of(bundle(*parts, price=cny(4000)))
    assert lines(found) == [
        ("2027-03-12", "music#1 coupon#1 coupon#2", 4000, 1000),
        ("2027-03-31", "coupon#3", 1000, 0),
    ]
    assert if_nothing_happens(found) == lines(found)


def test_what_the_order_rules_out_is_refunded_at_once_with_what_needs_it() -> None:
    never = {**WAITING, "when": {"all": ["activated(video)", "quantity >= 2"]}}
    parts = [component("video"), component("music", release=never), component("coupon", needs=["music"])]
    found = of(bundle(*parts, price=cny(3000)))
    assert lines(found) == [("2027-01-31", "video#1 music!!#1 coupon!!#1", 3000, 2000)]
    assert if_nothing_happens(found) == lines(found)
    _, music, coupon = found.moments[0].releases
    assert (music.ruled_out, music.waits_for) == ("quantity >= 2, and this order has 1", "")
    assert (music.by, music.otherwise) == (None, None)
    assert (coupon.ruled_out, coupon.waits_for) == ("", "delivered(music)")
    two = of(bundle(*parts, price=cny(3000)), order(quantity=2))
    assert lines(two)[0] == ("2027-01-31", "video#1 music#1 coupon#1", 6000, 0)


def test_what_the_order_rules_out_is_released_at_once_if_the_contract_says_so() -> None:
    never = {**WAITING, "when": "quantity >= 2", "otherwise": "release"}
    music = component("music", release=never, needs=["video"])
    found = of(bundle(component("video"), music, price=cny(2000)))
    assert lines(found) == [("2027-01-31", "video#1 music#1", 2000, 0)]
    _, shown = found.moments[0].releases
    assert (shown.ruled_out, shown.waits_for) == ("quantity >= 2, and this order has 1", "delivered(video)")
    assert (shown.by, shown.otherwise) == (None, None)


def test_what_needs_something_with_a_later_deadline_may_come_and_is_not_written_off() -> None:
    parts = [
        component("music", release={"when": "confirmed", "by": "P10D", "otherwise": "refund"}),
        component("coupon", needs=["music"], release={"after": "P1D", "by": "P5D", "otherwise": "refund"}),
    ]
    found = of(bundle(*parts, price=cny(2000)))
    assert lines(found)[:2] == [("2027-01-31", "music#1", 2000, 1000), ("2027-02-01", "coupon#1", 1000, 0)]
    assert if_nothing_happens(found)[2:] == [
        ("2027-02-05", "coupon!#1", 2000, 2000),
        ("2027-02-10", "music!#1", 2000, 2000),
    ]


def test_what_comes_at_a_deadline_comes_too_late_for_it() -> None:
    parts = [
        component("music", release={"when": "confirmed", "by": "P10D", "otherwise": "release"}),
        component("coupon", release={"when": "delivered(music)", "by": "P10D", "otherwise": "refund"}),
    ]
    found = of(bundle(*parts, price=cny(2000)))
    assert lines(found)[0] == ("2027-01-31", "music#1 coupon#1", 2000, 0)
    assert if_nothing_happens(found)[1] == ("2027-02-10", "music#1 coupon!#1", 2000, 1000)


def test_what_no_order_of_this_moment_can_have_is_never_released() -> None:
    parts = [
        component("music", release={"at": "2030-01-01 09:00"}),
        component("coupon", needs=["music"], release={"by": "P30D", "otherwise": "refund"}),
    ]
    found = of(bundle(*parts, price=cny(2000)))
    assert lines(found) == [("2027-03-02", "coupon!!#1", 2000, 2000), ("2030-01-01", "music#1", 2000, 1000)]


NOT_USED = {"after": "P7D", "when": {"not": "redeemed(video)"}, "by": "P30D", "otherwise": "refund"}


def test_what_has_not_happened_is_looked_at_at_its_moment_and_not_at_the_deadline() -> None:
    found = of(bundle(component("video"), component("music", release=NOT_USED), price=cny(2000)))
    assert lines(found) == [("2027-01-31", "video#1", 2000, 1000), ("2027-02-07", "music#1", 1000, 0)]
    assert if_nothing_happens(found) == lines(found)
    (music,) = found.moments[1].releases
    assert (music.waits_for, music.by, music.otherwise) == ("not redeemed(video)", None, Otherwise.REFUND)


def test_of_two_that_exclude_each_other_neither_is_written_off() -> None:
    parts = [
        component("video"),
        component("music", release={**WAITING, "when": "redeemed(video)"}),
        component("coupon", release=NOT_USED),
    ]
    found = of(bundle(*parts, price=cny(3000)))
    assert lines(found)[0] == ("2027-01-31", "video#1 music#1 coupon!#1", 3000, 1000)
    assert if_nothing_happens(found)[1:] == [
        ("2027-02-07", "coupon#1", 2000, 1000),
        ("2027-04-01", "music!#1", 1000, 1000),
    ]


def test_beside_a_not_only_what_the_order_rules_out_is_written_off() -> None:
    parts = [
        component("video", role="core"),
        component("music", release={**NOT_USED, "when": {"not": "delivered(video)"}}),
        component("coupon", release={**WAITING, "when": "quantity >= 2"}),
        component("phone", needs=["coupon"], release={"after": "P1D"}, claim=CLAIM),
    ]
    found = of(bundle(*parts, price=cny(4000)))
    assert lines(found)[0][1] == "video#1 coupon!!#1 phone!!#1 music!#1"


def test_an_order_that_its_policy_cannot_keep_is_undone_when_that_is_certain() -> None:
    parts = [
        component("video", role="core", release={**WAITING, "when": "confirmed", "by": "P10D"}),
        component("music", role="frequent"),
        component("coupon", role="frequent", release={"after": "P20D"}),
    ]
    found = of(bundle(*parts, price=cny(3000), policy="core_must"))
    assert lines(found)[0] == ("2027-01-31", "video#1 music#1", 3000, 1000)
    assert if_nothing_happens(found)[:2] == [
        ("2027-01-31", "music#1", 3000, 3000),
        ("2027-02-10", "video!#1 coupon!#1", 3000, 3000),
    ]
    video, coupon = found.moments[1].if_nothing_happens.releases
    assert (video.because, coupon.because) == (Because.CONDITION, Because.POLICY)
    assert found.moments[1].if_nothing_happens.policy_undoes


def test_an_order_of_which_the_policy_can_keep_nothing_is_never_released() -> None:
    parts = [component("video", release={**WAITING, "when": "quantity >= 2"}), component("music")]
    found = of(bundle(*parts, price=cny(2000), policy="all_or_nothing"))
    assert lines(found) == [("2027-01-31", "video!!#1 music!!#1", 2000, 2000)]


def test_what_the_policy_undoes_is_as_certain_as_what_it_is_undone_for() -> None:
    ruled_out = component("video", role="core", release={**WAITING, "when": "quantity >= 2"})
    feared = component("video", role="core", release={**NOT_USED, "when": {"not": "delivered(phone)"}})
    gift = component("music", role="frequent", release={**NOT_USED, "when": {"not": "redeemed(video)"}})
    other = component("phone", role="frequent")
    certain = of(bundle(ruled_out, gift, other, price=cny(3000), policy="core_must"))
    assert lines(certain) == [("2027-01-31", "video!!#1 music!!#1 phone!!#1", 3000, 3000)]
    open_ = of(bundle(feared, gift, other, price=cny(3000), policy="core_must"))
    assert lines(open_) == [("2027-01-31", "phone#1 video!#1 music!#1", 3000, 3000)]


def test_a_claim_is_shown_while_the_order_does_not_name_the_account() -> None:
    contract = bundle(component("phone", claim=CLAIM))
    (phone_,) = of(contract).moments[0].releases
    assert (phone_.claim, phone_.claim_by) == (contract.components[0].claim, ANCHOR + timedelta(days=30))
    named_ = of(contract, order(recipients={"shared": phone()}))
    (phone_,) = named_.moments[0].releases
    assert (phone_.claim, phone_.claim_by) == (None, None)
    assert if_nothing_happens(named_) == lines(named_) == [("2027-01-31", "phone#1", 9900, 0)]


@pytest.mark.parametrize(
    ("otherwise", "refund", "fate"), [("refund", 1000, Fate.REFUNDED), ("forfeit", 0, Fate.FORFEITED)]
)
def test_the_end_of_a_claim_is_a_moment(otherwise: str, refund: int, fate: Fate) -> None:
    claim = {"within": "P30D", "otherwise": otherwise}
    found = of(bundle(component("video"), component("phone", claim=claim), price=cny(2000)))
    assert lines(found) == [("2027-01-31", "video#1 phone#1", 2000, 0), ("2027-03-02", "", 0, 0)]
    assert if_nothing_happens(found) == [
        ("2027-01-31", "video#1", 2000, 1000),
        ("2027-03-02", "phone!#1", 1000, refund),
    ]
    (unclaimed,) = found.moments[1].if_nothing_happens.releases
    assert (unclaimed.fate, unclaimed.because) == (fate, Because.NO_ACCOUNT)


@pytest.mark.parametrize(("otherwise", "gift"), [("refund", "gift!#1"), ("forfeit", "gift#1")])
def test_what_needs_an_unclaimed_part_comes_without_it_where_that_is_forfeited(
    otherwise: str, gift: str
) -> None:
    claim = {"within": "P30D", "otherwise": otherwise}
    parts = [component("phone", claim=claim), component("gift", benefit="coupon", needs=["phone"])]
    _, (at, what, _, _) = if_nothing_happens(of(bundle(*parts, price=cny(2000))))
    assert (at, sorted(what.split())) == ("2027-03-02", sorted(["phone!#1", gift]))


def test_each_release_has_the_time_of_its_claim_from_when_it_is_due() -> None:
    yearly = component("phone", claim=CLAIM, release={"every": "P1M", "times": 2})
    found = of(bundle(yearly, price=cny(2000)))
    assert if_nothing_happens(found)[1:] == [
        ("2027-02-28", "", 2000, 2000),
        ("2027-03-02", "phone!#1", 2000, 2000),
        ("2027-03-30", "phone!#2", 2000, 2000),
    ]


@pytest.mark.parametrize(("otherwise", "coupon"), [("refund", "coupon!#1"), ("forfeit", "coupon#1")])
def test_what_cannot_be_undone_waits_for_an_account_that_the_policy_needs(
    otherwise: str, coupon: str
) -> None:
    parts = [
        component("phone", role="core", claim={"within": "P30D", "otherwise": otherwise}),
        component("coupon", role="frequent", reversibility="irreversible"),
    ]
    found = of(bundle(*parts, price=cny(2000), policy="core_must"))
    assert lines(found)[0] == ("2027-01-31", "phone#1 coupon#1", 2000, 0)
    _, (at, what, _, _) = if_nothing_happens(found)
    assert (at, sorted(what.split())) == ("2027-03-02", sorted(["phone!#1", coupon]))

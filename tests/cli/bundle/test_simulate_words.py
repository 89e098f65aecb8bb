"""In what words `perkflow bundle simulate` tells what a release waits for, and what becomes of it."""

from collections.abc import Callable
from pathlib import Path

from tests.cli.running import Perkflow, rows
from tests.support.places import EXAMPLES

Write = Callable[[str, str], Path]
Shown = list[tuple[str, str]]


def waiting(
    perkflow: Perkflow, write: Write, *components: str, policy: str = "best_effort"
) -> list[tuple[str, str]]:
    """Each row's component and what it waits for, of an order of a bundle of these components."""
    head = f"id: t\nversion: 1\ntitle: T\nprice: {{amount: 10000, currency: CNY}}\npolicy: {policy}\n"
    lines = "".join(f"  - {{{component}}}\n" for component in components)
    bundle = write("t.yaml", f"{head}components:\n{lines}")
    order = "channel: web\norder_no: '1'\nbundle: t\nversion: 1\npaid: {amount: 10000, currency: CNY}\n"
    placed = write("o.yaml", order + "buyer: {ref: b}\nplaced_at: 2027-01-31T10:00:00+08:00\n")
    ran = perkflow(
        "bundle", "simulate", bundle, "--order", placed, "--catalogue", EXAMPLES / "catalogue.yaml"
    )
    assert (ran.exit_code, ran.err) == (0, "")
    return [(row[1], row[4]) for row in rows(ran.out)]


VIDEO = "id: video, benefit: video-month, reversibility: until_revealed"


def test_what_may_or_may_not_come_is_not_written_off(perkflow: Perkflow, write: Write) -> None:
    music = "id: music, benefit: music-season, release: {when: confirmed, by: P10D, otherwise: refund}"
    tea = "id: tea, benefit: tea-gift, needs: [music], release: {after: P1D, by: P5D, otherwise: refund}"
    assert waiting(perkflow, write, music, tea) == [
        ("music 1/1", "if confirmed by 2027-02-10 10:00:00+08:00, else refund"),
        ("tea 1/1", "if delivered(music) by 2027-02-05 10:00:00+08:00, else refund"),
        ("tea 1/1", "if nothing happens: refunded"),
        ("music 1/1", "if nothing happens: refunded"),
    ]


def test_what_has_not_happened_is_shown_without_a_deadline_that_does_not_count(
    perkflow: Perkflow, write: Write
) -> None:
    rule = '{after: P7D, when: {not: "redeemed(video)"}, by: P30D, otherwise: refund}'
    used = '{when: "redeemed(video)", by: P30D, otherwise: release}'
    music = "id: music, benefit: music-season"
    assert waiting(perkflow, write, VIDEO, f"{music}, release: {rule}") == [
        ("video 1/1", ""),
        ("music 1/1", "if not redeemed(video), else refund"),
    ]
    tea = f"id: tea, benefit: tea-gift, release: {used}"
    assert waiting(perkflow, write, VIDEO, f"{music}, release: {rule}", tea) == [
        ("video 1/1", ""),
        ("tea 1/1", "if redeemed(video) by 2027-03-02 10:00:00+08:00, else release"),
        ("music 1/1", "refunded, as it goes here; released if not redeemed(video)"),
        ("music 1/1", "if nothing happens: released"),
        ("tea 1/1", "if nothing happens: released"),
    ]


def test_what_can_never_come_is_written_off_with_the_reason(perkflow: Perkflow, write: Write) -> None:
    late = 'id: tea, benefit: tea-gift, release: {at: "2030-01-01 09:00"}'
    needy = "id: music, benefit: music-season, needs: [tea], release: {by: P30D, otherwise: refund}"
    assert waiting(perkflow, write, late, needy) == [
        (
            "music 1/1",
            "never released: refunded; needs delivered(tea) by 2027-03-02 10:00:00+08:00, which cannot be",
        ),
        ("tea 1/1", ""),
    ]
    rule = '{when: "quantity >= 2", by: P10D, otherwise: %s}'
    dropped = f"id: music, benefit: music-season, release: {rule % 'refund'}"
    kept = f"id: tea, benefit: tea-gift, release: {rule % 'release'}"
    assert waiting(perkflow, write, dropped, kept) == [
        ("tea 1/1", "all the same, though quantity >= 2, and this order has 1"),
        ("music 1/1", "never released: refunded; quantity >= 2, and this order has 1"),
    ]


def test_what_the_policy_undoes_is_shown_as_undone_by_it(perkflow: Perkflow, write: Write) -> None:
    core = f"{VIDEO}, release: {{when: confirmed, by: P10D, otherwise: refund}}"
    tea = "id: tea, benefit: tea-gift, reversibility: reversible, role: surprise, release: {after: P20D}"
    assert waiting(perkflow, write, core, tea, policy="core_must") == [
        ("video 1/1", "if confirmed by 2027-02-10 10:00:00+08:00, else refund"),
        ("video 1/1", "if nothing happens: refunded"),
        ("tea 1/1", "if nothing happens: refunded, since the policy undoes the order"),
        ("tea 1/1", ""),
    ]


def test_a_forfeited_claim_is_shown_with_its_end(perkflow: Perkflow, write: Write) -> None:
    phone = "id: phone, benefit: phone-30, claim: {within: P30D, otherwise: forfeit}"
    assert waiting(perkflow, write, phone) == [
        ("phone 1/1", "if its account is given by 2027-03-02 10:00:00+08:00, else forfeit"),
        ("phone 1/1", "if nobody gives the account: forfeited"),
    ]

"""`perkflow bundle simulate`: exact moments, shares and refunds of an example, without any server."""

from collections.abc import Callable
from pathlib import Path

from tests.cli.running import Perkflow, rows
from tests.support.places import EXAMPLES

Write = Callable[[str, str], Path]

BUNDLE = EXAMPLES / "year-of-video.yaml"
ORDER = EXAMPLES / "orders" / "year-of-video.yaml"
GIFT = EXAMPLES / "with-later-gift.yaml"
GIFT_ORDER = EXAMPLES / "orders" / "with-later-gift.yaml"
OFFLINE = ("--catalogue", EXAMPLES / "catalogue.yaml")

YEAR = [
    ("2027-01-31T10:00:00+08:00", "video", 1, 1222, 29900, 26479),
    ("2027-01-31T10:00:00+08:00", "music", 1, 2199, 29900, 26479),
    ("2027-02-01T09:00:00+08:00", "coffee", 1, 733, 26479, 25746),
    ("2027-02-07T10:00:00+08:00", "phone", 1, 1466, 25746, 24280),
    ("2027-02-28T09:00:00+08:00", "tea", 1, 586, 24280, 23694),
    ("2027-02-28T10:00:00+08:00", "video", 2, 1222, 23694, 22472),
    ("2027-03-01T09:00:00+08:00", "coffee", 2, 733, 22472, 21739),
    ("2027-03-31T10:00:00+08:00", "video", 3, 1222, 21739, 20517),
    ("2027-04-01T09:00:00+08:00", "coffee", 3, 733, 20517, 19784),
    ("2027-04-30T10:00:00+08:00", "video", 4, 1222, 19784, 16363),
    ("2027-04-30T10:00:00+08:00", "music", 2, 2199, 19784, 16363),
    ("2027-05-01T09:00:00+08:00", "coffee", 4, 733, 16363, 15630),
    ("2027-05-31T10:00:00+08:00", "video", 5, 1222, 15630, 14408),
    ("2027-06-01T09:00:00+08:00", "coffee", 5, 733, 14408, 13675),
    ("2027-06-30T10:00:00+08:00", "video", 6, 1221, 13675, 12454),
    ("2027-07-01T09:00:00+08:00", "coffee", 6, 732, 12454, 11722),
    ("2027-07-31T10:00:00+08:00", "video", 7, 1221, 11722, 8303),
    ("2027-07-31T10:00:00+08:00", "music", 3, 2198, 11722, 8303),
    ("2027-08-31T10:00:00+08:00", "video", 8, 1221, 8303, 7082),
    ("2027-09-30T10:00:00+08:00", "video", 9, 1221, 7082, 5861),
    ("2027-10-31T10:00:00+08:00", "video", 10, 1221, 5861, 2442),
    ("2027-10-31T10:00:00+08:00", "music", 4, 2198, 5861, 2442),
    ("2027-11-30T10:00:00+08:00", "video", 11, 1221, 2442, 1221),
    ("2027-12-31T10:00:00+08:00", "video", 12, 1221, 1221, 0),
]


def test_a_year_is_told_to_the_second_and_the_cent(perkflow: Perkflow) -> None:
    ran = perkflow("bundle", "simulate", BUNDLE, "--order", ORDER, *OFFLINE, "--json")
    assert (ran.exit_code, ran.err) == (0, "")
    found = ran.document
    assert {name: value for name, value in found.items() if name != "moments"} == {
        "bundle": "year-of-video",
        "version": 1,
        "time_zone": "Asia/Shanghai",
        "ordered_at": "2027-01-31T10:00:00+08:00",
        "quantity": 1,
        "price": {"amount": 29900, "currency": "CNY"},
    }
    assert [
        (
            moment["at"],
            release["component"],
            release["release"],
            release["share"]["amount"],
            moment["refund_before"]["amount"],
            moment["refund_after"]["amount"],
        )
        for moment in found["moments"]
        for release in moment["releases"]
    ] == YEAR
    assert sum(share for _, _, _, share, _, _ in YEAR) == 29900


ALONE = {
    "2027-01-31T10:00:00+08:00": ("video 1", 28678),
    "2027-02-07T10:00:00+08:00": ("", 27945),
    "2027-03-09T10:00:00+08:00": ("phone 1 refunded: no_account", 25404),
    "2027-04-01T10:00:00+08:00": (
        "music 1 refunded: condition, music 2 refunded: condition, music 3 refunded: condition, "
        "music 4 refunded: condition",
        23449,
    ),
    "2027-12-31T10:00:00+08:00": ("video 12", 8794 + 1466),
}


def test_what_comes_if_nothing_happens_is_told_beside_it(perkflow: Perkflow) -> None:
    ran = perkflow("bundle", "simulate", BUNDLE, "--order", ORDER, *OFFLINE, "--json")
    alone = {moment["at"]: moment["if_nothing_happens"] for moment in ran.document["moments"]}
    assert len(alone) == 22
    told = {
        at: (
            ", ".join(
                f"{each['component']} {each['release']}"
                + (f" {each['fate']}: {each['because']}" if each["given_up"] else "")
                for each in figures["releases"]
            ),
            figures["refund_after"]["amount"],
        )
        for at, figures in alone.items()
        if at in ALONE
    }
    assert told == ALONE
    music = alone["2027-04-01T10:00:00+08:00"]["releases"][0]
    assert music["by"] == "2027-04-01T10:00:00+08:00"


def test_what_a_release_waits_for_and_what_can_be_taken_back_is_told(perkflow: Perkflow) -> None:
    ran = perkflow("bundle", "simulate", BUNDLE, "--order", ORDER, *OFFLINE, "--json")
    first = ran.document["moments"][0]
    assert first["releases"][1] == {
        "component": "music",
        "release": 1,
        "of": 4,
        "item": 1,
        "items": 1,
        "title": "音乐会员季卡",
        "units": 1,
        "share": {"amount": 2199, "currency": "CNY"},
        "reversibility": "until_revealed",
        "waits_for": "activated(video)",
        "ruled_out": "",
        "by": "2027-04-01T10:00:00+08:00",
        "otherwise": "refund",
        "fate": "released",
        "because": None,
        "given_up": False,
        "never": False,
        "claim": None,
        "claim_by": None,
    }
    assert first["undoable"] == [
        {"component": "video", "releases": 1, "reversibility": "until_revealed"},
        {"component": "music", "releases": 1, "reversibility": "until_revealed"},
    ]
    (phone,) = ran.document["moments"][2]["releases"]
    assert (phone["waits_for"], phone["claim"], phone["claim_by"]) == (
        "delivered(video)",
        {"within": "P30D", "remind_every": "P7D", "otherwise": "refund"},
        "2027-03-09T10:00:00+08:00",
    )


SUPPOSED = (
    "Ordered 2027-01-31 10:00:00+08:00. Refunds are what is paid back in all if all that is left is "
    "cancelled just before that moment, or after it. Everything is supposed to be delivered when it is due."
)


def test_people_see_a_table_in_the_bundles_zone(perkflow: Perkflow) -> None:
    ran = perkflow("bundle", "simulate", BUNDLE, "--order", ORDER, *OFFLINE)
    assert (ran.exit_code, ran.err) == (0, "")
    assert ran.out.startswith("year-of-video version 1 x1 for 299.00 CNY\n")
    found = rows(ran.out)
    deadline = "if activated(video) by 2027-04-01 10:00:00+08:00, else refund"
    both = "video x1 until revealed, music x1 until revealed"
    first = "2027-01-31 10:00:00+08:00"
    assert found[:2] == [
        [first, "video 1/12", "视频会员月卡", "12.22 CNY", "", "299.00 CNY", "", "", ""],
        [first, "music 1/4", "音乐会员季卡", "21.99 CNY", deadline, "", "264.79 CNY", "286.78 CNY", both],
    ]
    assert [row[4] for row in found if row[1].startswith("phone")] == [
        "delivered(video); if its account is given by 2027-03-09 10:00:00+08:00, else refund",
        "if nobody gives the account: refunded",
    ]
    (refund,) = [row for row in found if row[1] == "music 1-4/4"]
    assert (refund[0], refund[3:8]) == (
        "2027-04-01 10:00:00+08:00",
        ["87.94 CNY", "if nothing happens: refunded", "197.84 CNY", "197.84 CNY", "234.49 CNY"],
    )
    assert ran.out.endswith(
        f"{SUPPOSED}\nWhat is waited for is supposed to happen as soon as it can; `if nothing happens` is "
        "the refund after that moment if nothing is reported and nobody gives an account.\n"
    )


def test_without_an_order_it_is_one_bundle_now(perkflow: Perkflow) -> None:
    ran = perkflow("bundle", "simulate", EXAMPLES / "joint-membership.yaml", *OFFLINE, "--json")
    found = ran.document
    (moment,) = found["moments"]
    assert moment["at"] == found["ordered_at"]
    assert moment["if_nothing_happens"] == {name: moment[name] for name in moment["if_nothing_happens"]}
    assert [(each["component"], each["share"]["amount"]) for each in moment["releases"]] == [
        ("video", 2107),
        ("phone", 2529),
        ("coffee", 1264),
    ]
    assert (moment["refund_before"]["amount"], moment["refund_after"]["amount"]) == (5900, 0)


def test_a_bundle_that_asks_for_attributes_needs_an_order(perkflow: Perkflow) -> None:
    ran = perkflow("bundle", "simulate", BUNDLE, *OFFLINE)
    told = "the bundle asks orders to state birthday (a date): name an order that does, with --order FILE\n"
    assert (ran.exit_code, ran.out, ran.err) == (2, "", told)


def test_an_order_that_does_not_fit_is_refused_at_its_line(perkflow: Perkflow, write: Write) -> None:
    text = ORDER.read_text()
    wrong = write("o.yaml", text.replace("1996-02-29", "1997-02-29"))
    ran = perkflow("bundle", "simulate", BUNDLE, "--order", wrong, *OFFLINE)
    assert (ran.exit_code, ran.err) == (
        2,
        f"{wrong}:7: attributes.birthday: must be a date like 1990-12-31\n",
    )
    other = write("p.yaml", text.replace("bundle: year-of-video", "bundle: month-of-video"))
    ran = perkflow("bundle", "simulate", BUNDLE, "--order", other, *OFFLINE)
    assert (ran.exit_code, ran.err) == (
        2,
        f"{other}:3: bundle: must be year-of-video, the bundle that is simulated\n",
    )


def test_a_bundle_that_could_not_be_ordered_now_is_refused_at_its_line(
    perkflow: Perkflow, write: Write
) -> None:
    rule = '{when: confirmed, by: "2020-01-01 10:00", otherwise: refund}'
    late = write("b.yaml", GIFT.read_text().replace("{after: PT2S}", rule))
    ran = perkflow("bundle", "simulate", late, *OFFLINE)
    assert (ran.exit_code, ran.out, ran.err) == (
        2,
        "",
        f"{late}:15: components[1].release.by: an order placed now is refused: the deadline of tea, "
        "2020-01-01 10:00:00+08:00, is over; give a later deadline\n",
    )
    next_action = write("o.yaml", GIFT_ORDER.read_text() + "placed_at: 2019-12-31T10:00:00+08:00\n")
    assert perkflow("bundle", "simulate", late, "--order", next_action, *OFFLINE).exit_code == 0


def test_a_schedule_that_is_over_is_refused_and_no_surprise(perkflow: Perkflow, write: Write) -> None:
    text = GIFT.read_text().replace("{after: PT2S}", "{rrule: FREQ=MONTHLY;UNTIL=20250101T000000Z}")
    text = text.replace(
        "benefit: video-month", "benefit: video-month\n    share: {amount: 2000, currency: CNY}"
    )
    text = text.replace("benefit: tea-gift", "benefit: tea-gift\n    share: {amount: 990, currency: CNY}")
    over = write("b.yaml", text)
    ran = perkflow("bundle", "simulate", over, *OFFLINE)
    assert (ran.exit_code, ran.out, ran.err) == (
        2,
        "",
        f"{over}:17: components[1].release.rrule: an order placed now is refused: tea has no release after "
        "this order; give a later UNTIL\n",
    )


def test_a_bundle_that_could_not_be_published_is_refused(perkflow: Perkflow, write: Write) -> None:
    wrong = write("b.yaml", BUNDLE.read_text().replace("needs: [video]", "needs: [opera]"))
    ran = perkflow("bundle", "simulate", wrong, "--order", ORDER, *OFFLINE)
    message = "there is no component opera; the bundle has video, music, phone, coffee, tea"
    assert (ran.exit_code, ran.out, ran.err) == (2, "", f"{wrong}:28: components[2].needs[0]: {message}\n")


def test_without_a_catalogue_the_published_one_is_needed(perkflow: Perkflow) -> None:
    ran = perkflow("bundle", "simulate", EXAMPLES / "joint-membership.yaml")
    told = "no database: start the local stack with `perkflow up`, or set PERKFLOW_DATABASE_URL "
    assert (ran.exit_code, ran.out) == (1, "")
    assert ran.err.startswith(told)


def test_two_of_what_is_sold_one_at_a_time_are_two_lines(perkflow: Perkflow, write: Write) -> None:
    order = (EXAMPLES / "orders" / "joint-membership.yaml").read_text()
    two = order.replace("version: 1", "version: 1\nquantity: 2").replace("amount: 5900", "amount: 11800")
    arguments = (EXAMPLES / "joint-membership.yaml", "--order", write("two.yaml", two), *OFFLINE)
    ran = perkflow("bundle", "simulate", *arguments)
    assert (ran.exit_code, ran.err) == (0, "")
    found = [row[1:4] for row in rows(ran.out) if "phone" in row[1]]
    assert found == [
        ["phone 1.1/1", "话费充值 30 元", "25.29 CNY"],
        ["phone 1.2/1", "话费充值 30 元", "25.28 CNY"],
    ]

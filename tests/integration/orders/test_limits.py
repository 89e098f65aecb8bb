"""Limits per account, and across channels: counted in one spelling, and never passed by two at once."""

import asyncio
from typing import Any

import pytest

from domain.contract.bundle import Bundle
from starter.desk.errors import OrderRejected
from tests.support.documents import benefit, offer
from tests.support.world import World

CREDIT = benefit("capped-credit", "recharge", offer("fulu", "10000585"), account="phone")
LINES: list[dict[str, Any]] = [{"id": "phone", "benefit": "capped-credit"}]


def to(number: str) -> dict[str, object]:
    return {"shared": {"type": "phone", "value": number}}


async def refused(world: World, bundle: Bundle, **changes: object) -> str:
    """Why an order is refused; "" when it is taken."""
    try:
        await world.place(world.order(bundle, **changes))
    except OrderRejected as error:
        return f"{error.code}: {error}"
    return ""


async def test_an_account_has_a_limit_whoever_buys_and_however_it_is_written(world: World) -> None:
    bundle = await world.publish(LINES, [CREDIT], limits={"per_account": 2})
    spelt = ["13800138031", "+86 138-0013-8031", "0086 13800138031"]
    said = [await refused(world, bundle, recipients=to(each)) for each in spelt]
    why = f"limit_exceeded: the limit is 2 of {bundle.id} per account; 2 bought before, 1 more asked for"
    assert said == ["", "", why]
    assert await refused(world, bundle, recipients=to("13800138032")) == ""


async def test_of_orders_to_one_account_at_once_no_more_pass_than_the_limit(world: World) -> None:
    bundle = await world.publish(LINES, [CREDIT], limits={"per_account": 2})
    said = await asyncio.gather(*(refused(world, bundle, recipients=to("13800138033")) for _ in range(6)))
    assert [each[:14] for each in sorted(said)] == ["", "", *["limit_exceeded"] * 4]


async def test_units_of_a_benefit_to_one_account_have_a_limit_over_all_bundles_and_buyers(
    world: World,
) -> None:
    limits = {"per_benefit_and_account": {"capped-credit": 3}}
    one = await world.publish(LINES, [CREDIT], limits=limits)
    lines = [*LINES, {"id": "home", "benefit": "capped-credit", "recipient": {"platform": "home"}}]
    two = await world.publish(lines, [CREDIT], limits=limits)
    both = {**to("13800138036"), "home": {"type": "phone", "value": "+86 13800138036"}}
    other = {**to("13800138037"), "home": {"type": "phone", "value": "13800138036"}}
    said = [
        await refused(world, two, recipients=both),
        await refused(world, two, recipients=both),
        await refused(world, one, recipients=to("0086 138 0013 8036")),
        await refused(world, one, recipients=to("13800138036")),
        await refused(world, two, recipients=other),
        await refused(world, one, recipients=to("13800138037")),
    ]
    why = "limit_exceeded: the limit is 3 of benefit capped-credit per account; {} bought before, {} more"
    full = [f"{why.format(had, asked)} asked for" for had, asked in ((2, 2), (3, 1), (3, 1))]
    assert said == ["", full[0], "", *full[1:], ""]


async def test_of_a_benefit_to_one_account_at_once_no_more_pass_than_the_limit(world: World) -> None:
    limits = {"per_benefit_and_account": {"capped-credit": 3}}
    bundle = await world.publish(LINES, [CREDIT], limits=limits)
    said = await asyncio.gather(*(refused(world, bundle, recipients=to("13800138038")) for _ in range(5)))
    assert [each[:14] for each in sorted(said)] == ["", "", "", *["limit_exceeded"] * 2]


@pytest.mark.parametrize(("scope", "passed"), [("channel", 2), ("all_channels", 1)])
@pytest.mark.parametrize("limit", ["per_account", "per_buyer"])
async def test_a_limit_counts_other_channels_where_the_contract_says_so(
    world: World, scope: str, passed: int, limit: str
) -> None:
    bundle = await world.publish(LINES, [CREDIT], limits={limit: 1, "scope": scope})
    ordered = {"recipients": to("13800138034"), "buyer": {"ref": f"{scope}-{limit}-{world.token}"}}
    said = await asyncio.gather(
        *(refused(world, bundle, channel=channel, **ordered) for channel in ("shop", "mall"))
    )
    assert said.count("") == passed

"""Who gets the releases of a plan, when that changes or becomes known on the way."""

from datetime import UTC, datetime

from domain.verbs.verb import Act
from storage.deliveries import by_hand
from storage.people import acts
from tests.support.asking import asked
from tests.support.skipping import SkippingWorld
from tests.workflows.plans import OTHER, OURS, accounts, at, of, ordered, part, states

MONTHS = part("phone", 6000, {"every": "P1M", "times": 4}, benefit="plan-phone")


async def test_a_changed_recipient_is_that_of_later_releases_only(skipping_world: SkippingWorld) -> None:
    document, _ = await ordered(
        skipping_world,
        MONTHS,
        order={"recipients": {"shared": OURS.model_dump()}},
    )
    view = await skipping_world.until(
        document, lambda order: states(order, "phone") == ["delivered", *["planned"] * 3]
    )
    second = of(view, "phone")[1]
    name = await skipping_world.checkout.hand_in_recipient(view.order_id, second.id, OTHER)
    request = asked(view, Act.CHANGE_RECIPIENT, "c-1", recipient=name, later_too=True)
    moved = request.model_copy(update={"delivery_id": second.id})
    await skipping_world.checkout.act(f"shop/{view.order_no}", moved)
    view = await skipping_world.finish(document)
    assert accounts(skipping_world, view) == ["13800138000", *["13900139000"] * 3]
    assert (view.state, view.refund) == ("completed", None)


async def test_a_changed_recipient_is_that_of_what_a_pause_holds_as_well(
    skipping_world: SkippingWorld,
) -> None:
    document, _ = await ordered(
        skipping_world, MONTHS, order={"recipients": {"shared": OURS.model_dump()}}, hold_for="P90D"
    )
    view = await skipping_world.until(document, lambda order: states(order, "phone")[0] == "delivered")
    number = f"shop/{view.order_no}"
    await skipping_world.checkout.act_on_order(number, asked(view, Act.PAUSE, "p-1"))
    await skipping_world.pass_to(at("2031-05-02 00:00"))
    view = await skipping_world.until(
        document, lambda order: states(order, "phone") == ["delivered", "held", "held", "planned"]
    )
    second = of(view, "phone")[1]
    name = await skipping_world.checkout.hand_in_recipient(view.order_id, second.id, OTHER)
    request = asked(view, Act.CHANGE_RECIPIENT, "c-1", recipient=name, later_too=True)
    await skipping_world.checkout.act(number, request.model_copy(update={"delivery_id": second.id}))
    await skipping_world.checkout.act_on_order(number, asked(view, Act.RESUME, "r-1"))
    view = await skipping_world.finish(document)
    assert accounts(skipping_world, view) == ["13800138000", *["13900139000"] * 3]
    assert (view.state, view.refund) == ("completed", None)


async def test_an_account_of_which_only_the_book_has_heard_counts_once_it_is_given_again(
    skipping_world: SkippingWorld,
) -> None:
    """The worker died between writing it down and telling the run."""
    claim = {"within": "P30D", "otherwise": "refund"}
    document, _ = await ordered(skipping_world, MONTHS | {"claim": claim})
    view = await skipping_world.until(document, lambda order: states(order, "phone")[0] == "held")
    request = asked(view, Act.BIND_RECIPIENT, "b-1", account="shared")
    async with skipping_world.database.transaction() as session:
        name = await by_hand.hand_in_account(session, skipping_world.vault, view.order_id, "shared", OURS)
        named = request.model_copy(update={"recipient": name})
        await acts.act_on_order(session, named, datetime.now(UTC))
    await skipping_world.checkout.bind_recipient(f"shop/{view.order_no}", "shared", OURS, request)
    await skipping_world.until(document, lambda order: states(order, "phone")[0] == "delivered")
    view = await skipping_world.finish(document)
    assert (view.state, accounts(skipping_world, view)) == ("completed", ["13800138000"] * 4)

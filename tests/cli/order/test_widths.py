"""At 80, 100 and 140 columns, in both languages: nothing is torn that is taken whole, and lines fit."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import HoldReason
from domain.notes.general import Said
from starter.cli.layout import width
from storage.base import journal
from storage.base.sealing import Vault
from storage.deliveries import holds
from tests.cli.order.books import PLACED, accepted, clock, in_book, rows_of
from tests.cli.running import Perkflow

NUMBER = "TB20260301083000" + "0123456789" * 4 + "ABCDEFGH"
ORDER = f"shop/{NUMBER}"
SOLD_OUT = Said(
    text="货源 kayixin 与 fulu 均缺货，预计三天后补货，届时自动重试，请勿重复下单；客服可以更换货源或退款"
)
WHOLE = {
    "show": (ORDER, "video #1", f"order/shop/{NUMBER}"),
    "list": (ORDER, clock(PLACED)),
    "held": (ORDER, "video#1", clock(PLACED)),
    "explain": (f"perkflow order refund {ORDER} video --reason WHY", clock(PLACED)),
}
COMMANDS = {
    "show": ("order", "show", ORDER),
    "list": ("order", "list"),
    "held": ("order", "list", "--held"),
    "explain": ("order", "explain", ORDER),
}


@pytest.fixture
def book(database_url: str, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> str:
    """A book with one order of a long number, of which something is held."""
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", database_url)
    order_id = accepted(database_url, vault, {"id": "video", "benefit": "key"}, order_no=NUMBER)

    async def hold(session: AsyncSession) -> None:
        order, (row,) = await rows_of(session, order_id, "video")
        journal.change(session, order, row, "delivery.submitted", PLACED, state="in_progress")
        await session.flush()
        await holds.hold(session, order_id, row.id, HoldReason.OUT_OF_STOCK, SOLD_OUT, PLACED)

    in_book(database_url, hold)
    return database_url


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("columns", [80, 100, 140])
def test_nothing_is_torn_and_every_line_fits(
    perkflow: Perkflow, book: str, monkeypatch: pytest.MonkeyPatch, columns: int, lang: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for command, called in COMMANDS.items():
        lines = perkflow(*called, "--lang", lang).out.splitlines()
        torn = [each for each in WHOLE[command] if not any(each in line for line in lines)]
        assert torn == [], command
        too_wide = [line.strip() for line in lines if width(line) > columns]
        assert [line for line in too_wide if not line.startswith(("perkflow ", "`perkflow "))] == [], command


HELD = {
    "en": f"""What waits
order: {ORDER}
  delivery: video#1
  what: key
  why: out_of_stock: no supplier has it in stock (货源 kayixin 与 fulu 均缺货，预计三天后补货，届时
    自动重试，请勿重复下单；客服可以更换货源或退款)
  since: 2099-01-31 10:00:00+08:00
  until: tried again at 2099-01-31 10:10:00+08:00; given up and paid back at
    2099-02-03 10:00:00+08:00
""",
    "zh": f"""等待处理
订单：{ORDER}
  发放单：video#1
  内容：key
  原因：所有货源均缺货（out_of_stock），备注：货源 kayixin 与 fulu 均缺货，预计三天后补货，届时自动
    重试，请勿重复下单；客服可以更换货源或退款
  自：2099-01-31 10:00:00+08:00
  截至：将于 2099-01-31 10:10:00+08:00 自动重试；到 2099-02-03 10:00:00+08:00 放弃并退款
""",
}


def test_what_is_held_says_what_why_and_until_when(
    perkflow: Perkflow, book: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    for lang, told in HELD.items():
        assert perkflow("order", "list", "--held", "--lang", lang).out == told

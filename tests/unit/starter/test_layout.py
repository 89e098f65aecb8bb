"""Lines end where nothing is torn: names, numbers, moments, commands; and Chinese is two columns wide."""

import pytest
from rich.cells import cell_len

from domain.notes.sentences.labels import Column
from starter.cli.layout import folded, record_lines, table_lines, width

ORDER = "tmall-flagship/TB20260301083000123456789012345678901234567890ABCDEF"
COMMAND = f"`perkflow order retry {ORDER} gift --reason WHY`"
TEXT = f"held since 2026-03-01 08:30:00+08:00 for gift #1; {COMMAND} lets it go on"
CHINESE = f"自 2026-03-01 08:30:00+08:00 起挂起（gift #1），执行 {COMMAND} 恢复。"
WHOLE = ("2026-03-01 08:30:00+08:00", "gift #1", COMMAND)
COLUMNS = [Column("order"), Column("price", right=True), Column("why", text=True)]


@pytest.mark.parametrize("text", [TEXT, CHINESE, "视频会员 月卡", "é\u0301 ｗｉｄｅ", ""])
def test_a_line_is_as_wide_as_a_terminal_shows_it(text: str) -> None:
    assert width(text) == cell_len(text)


@pytest.mark.parametrize("most", [30, 80, 100])
@pytest.mark.parametrize("text", [TEXT, CHINESE])
def test_what_is_taken_whole_is_never_torn(text: str, most: int) -> None:
    lines = folded(text, most, "  ")
    assert [each for each in WHOLE if sum(line.count(each) for line in lines) != 1] == []
    too_wide = [line.strip(" 。") for line in lines if width(line) > most]
    assert [line for line in too_wide if line not in WHOLE] == []
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_chinese_folds_between_characters_and_keeps_its_stops() -> None:
    assert folded("买家尚未提供充值账号，等待绑定。", 12) == ["买家尚未提供", "充值账号，等", "待绑定。"]
    assert folded("等待绑定账号。", 12) == ["等待绑定账", "号。"]


def test_a_command_at_the_end_has_a_line_of_its_own() -> None:
    command = f"perkflow order substitute {ORDER} gift fulu --reason WHY"
    assert folded(f"  Buy it elsewhere: {command}", 80, "    ") == ["  Buy it elsewhere:", f"    {command}"]


def test_in_a_pipe_nothing_is_folded() -> None:
    assert folded(TEXT, None) == [TEXT]
    lines = table_lines(COLUMNS, [(ORDER, "99.00 CNY", TEXT)], None)
    assert lines is not None
    assert (len(lines), lines[2]) == (3, f"{ORDER} │ 99.00 CNY │ {TEXT}")


def test_a_table_folds_its_prose_alone() -> None:
    said = "no supplier has it in stock, and nobody said when there will be more " * 2
    rows = [("shop/1", "99.00 CNY", said)]
    lines = table_lines(COLUMNS, rows, 140)
    assert lines == [
        "order  ┃     price ┃ why",
        f"━━━━━━━╇━━━━━━━━━━━╇━{'━' * 119}",
        f"shop/1 │ 99.00 CNY │ {said[:118]}",
        "       │           │ there will be more",
    ]


def test_what_a_table_would_have_to_tear_is_a_record() -> None:
    assert table_lines(COLUMNS, [(ORDER, "99.00 CNY", TEXT)], 140) is None
    six = [Column(f"c{number}") for number in range(6)]
    assert table_lines(six, [["x"] * 6], 129) is None
    assert table_lines(six, [["x"] * 6], 130) is not None


def test_a_record_has_a_line_for_each_value_that_there_is() -> None:
    assert record_lines(COLUMNS, ("shop/1", "", "缺货"), 80) == ["order: shop/1", "  why: 缺货"]
    chinese = [Column("订单"), Column("单号")]
    assert record_lines(chinese, ("shop/1", "9" * 75), 80) == ["订单：shop/1", "  单号：", f"    {'9' * 75}"]

"""Bars as SVG, readable on a light page and on a dark one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, LINE, BAR = 860, 270, 110, 30, 18
COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2", "#e45756", "#72b7b2")
TEXT = "font-family='system-ui, sans-serif' font-size='13' fill='#333'"


@dataclass(frozen=True)
class Bar:
    """One line: its name, its parts one behind the other, the label behind them, lowest and highest."""

    name: str
    parts: Sequence[float]
    label: str
    spread: tuple[float, float] | None = None


def drawing(charts: Sequence[tuple[str, Sequence[Bar], Sequence[str]]]) -> str:
    """Charts one below the other: a title, bars, and the names of their parts where there are several."""
    lines, y = [], 20
    for title, bars, legend in charts:
        lines.append(f"<text x='12' y='{y + 6}' {TEXT} font-weight='bold'>{escape(title)}</text>")
        y += 22
        if legend:
            lines += _legend(legend, y)
            y += 22
        longest = max(max(sum(bar.parts), (bar.spread or (0, 0))[1]) for bar in bars)
        for bar in bars:
            lines += _bar(bar, y, (WIDTH - LEFT - RIGHT) / longest)
            y += LINE
        y += 18
    size = f"viewBox='0 0 {WIDTH} {y}' width='{WIDTH}' height='{y}'"
    body = "\n".join(lines)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' {size}>\n"
        f"<rect width='{WIDTH}' height='{y}' rx='6' fill='#fff'/>\n{body}\n</svg>\n"
    )


def _bar(bar: Bar, y: int, scale: float) -> list[str]:
    middle, x = y + BAR - 5, float(LEFT)
    lines = [f"<text x='{LEFT - 10}' y='{middle}' {TEXT} text-anchor='end'>{escape(bar.name)}</text>"]
    for colour, part in zip(COLOURS, bar.parts, strict=False):
        lines.append(f"<rect x='{x:.1f}' y='{y}' width='{part * scale:.1f}' height='{BAR}' fill='{colour}'/>")
        x += part * scale
    if bar.spread is not None:
        low, high = (LEFT + each * scale for each in bar.spread)
        at = y + BAR / 2
        lines.append(f"<path d='M{low:.1f} {at}H{high:.1f}' stroke='#333' stroke-width='2'/>")
        x = max(x, high)
    lines.append(f"<text x='{x + 8:.1f}' y='{middle}' {TEXT}>{escape(bar.label)}</text>")
    return lines


def _legend(names: Sequence[str], y: int) -> list[str]:
    lines, x = [], float(LEFT)
    for colour, name in zip(COLOURS, names, strict=False):
        lines.append(f"<rect x='{x:.0f}' y='{y}' width='11' height='11' fill='{colour}'/>")
        lines.append(f"<text x='{x + 16:.0f}' y='{y + 10}' {TEXT}>{escape(name)}</text>")
        x += 34 + 7.5 * len(name)
    return lines


def shares(spent: Mapping[str, float], parts: Sequence[str]) -> list[float]:
    """What each of these parts spent, in this order."""
    return [spent.get(part, 0.0) for part in parts]

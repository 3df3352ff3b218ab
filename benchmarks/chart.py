"""Chart: wall times against serial pytest as an SVG picture. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from benchmarks.standing import ratio, standings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.contest import Contest
    from benchmarks.standing import Standings

LEFT, RIGHT, TOP = 170, 60, 56
PLOT_WIDTH, BAR_HEIGHT, GROUP_GAP = 560, 11, 12
NAMESPACE, FONT = "http://www.w3.org/2000/svg", 'font-family="sans-serif" font-size="11"'
# Told apart also by who sees no red or green (Okabe and Ito).
COLOURS = ("#999999", "#56b4e9", "#0072b2", "#332288", "#e69f00", "#d55e00", "#009e73", "#cc79a7")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The bars of one subject: runner -> times serial, and the limit on the same scale."""

    title: str
    bars: Mapping[str, float]
    limit: float | None

    @property
    def height(self) -> int:
        """Of all its bars."""
        return BAR_HEIGHT * len(self.bars)


def render(contests: Sequence[Contest]) -> str:
    """A group of bars per contest; one whose serial run did not end has no scale and no bars."""
    found = ((contest, standings(contest)) for contest in contests)
    groups = [_group(contest, each) for contest, each in found if each.serial]
    runners = list(dict.fromkeys(name for group in groups for name in group.bars))
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(runners)}
    most = max((max(group.bars.values()) for group in groups), default=1.0)
    scale = PLOT_WIDTH / max(most, 1.0)
    bottom = TOP + sum(group.height + GROUP_GAP for group in groups)
    width = LEFT + PLOT_WIDTH + RIGHT
    lines = [
        f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {width} {bottom + 24}" {FONT}>',
        f'<rect width="{width}" height="{bottom + 24}" fill="white"/>',
        *_legend(colours),
        *_axis(scale, bottom),
    ]
    top = TOP
    for group in groups:
        lines += _bars(group, colours, scale, top)
        top += group.height + GROUP_GAP
    return "\n".join((*lines, "</svg>", ""))


def _group(contest: Contest, found: Standings) -> Group:
    base = found.serial.wall_seconds if found.serial else None
    times = {row.runner: ratio(row.wall_seconds, base) for row in found.rows}
    return Group(
        title=f"{contest.subject}, {contest.agents} agents",
        bars={name: value for name, value in times.items() if value is not None},
        limit=ratio(found.limit_seconds, base),
    )


def _legend(colours: Mapping[str, str]) -> Iterator[str]:
    yield f'<text x="{LEFT}" y="16">wall time, serial pytest = 1; black: the limit</text>'
    for place, (name, colour) in enumerate(colours.items()):
        x = 10 + place * 105
        yield f'<rect x="{x}" y="28" width="10" height="10" fill="{colour}"/>'
        yield f'<text x="{x + 14}" y="37">{escape(name)}</text>'


def _axis(scale: float, bottom: int) -> Iterator[str]:
    step = 0.5 if scale * 0.5 >= 40 else 1.0
    number = 0
    while number * step * scale <= PLOT_WIDTH:
        x = LEFT + number * step * scale
        colour = "#666" if number * step == 1 else "#ddd"
        yield f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{bottom}" stroke="{colour}"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 14}" text-anchor="middle">{number * step:g}</text>'
        number += 1


def _bars(group: Group, colours: Mapping[str, str], scale: float, top: int) -> Iterator[str]:
    middle = top + group.height / 2 + 4
    yield f'<text x="{LEFT - 8}" y="{middle:.1f}" text-anchor="end">{escape(group.title)}</text>'
    for place, (name, value) in enumerate(group.bars.items()):
        y = top + place * BAR_HEIGHT
        yield (
            f'<rect x="{LEFT}" y="{y}" width="{value * scale:.1f}" height="{BAR_HEIGHT - 2}" '
            f'fill="{colours[name]}"><title>{escape(name)}: {value:.2f}</title></rect>'
        )
        x = LEFT + value * scale + 4
        yield f'<text x="{x:.1f}" y="{y + 8}" font-size="9">{value:.2f}</text>'
    if group.limit is not None:
        x = LEFT + group.limit * scale
        end = top + group.height
        yield (
            f'<line x1="{x:.1f}" y1="{top - 2}" x2="{x:.1f}" y2="{end}" '
            'stroke="black" stroke-width="2"/>'
        )

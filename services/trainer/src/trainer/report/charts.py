"""Inline SVG charts. The page's style sheet sets colours and strokes by class."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """Points in data coordinates; `kind` is a class of the style sheet: `model`, `live` or `quiet`."""

    points: Points
    kind: str = "model"
    dots: bool = False


@dataclass(frozen=True, slots=True)
class Axes:
    """Ranges of the data, and the chart's size in CSS pixels."""

    x: tuple[float, float] = (0.0, 1.0)
    y: tuple[float, float] = (0.0, 1.0)
    width: int = 320
    height: int = 240
    x_title: str = ""
    y_title: str = ""
    x_ticks: Sequence[tuple[float, str]] = ((0, "0"), (0.5, "0.5"), (1, "1"))
    y_ticks: Sequence[tuple[float, str]] = ((0, "0"), (0.5, "0.5"), (1, "1"))


_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 10, 10, 36


def chart(axes: Axes, lines: Sequence[Line], alt: str) -> Markup:
    """Return a chart with both axes; `alt` is its text alternative."""

    def at(x: float, y: float) -> tuple[float, float]:
        return _placed(axes, x, y)

    parts = []
    for value, text in axes.y_ticks:
        x0, y = at(axes.x[0], value)
        x1, _ = at(axes.x[1], value)
        parts.append(Markup('<line class="grid" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(x0, y, x1, y))
        parts.append(Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(x0 - 6, y + 4, text))
    for value, text in axes.x_ticks:
        x, y = at(value, axes.y[0])
        parts.append(Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(x, y + 16, text))
    middle = (axes.width + _LEFT - _RIGHT) / 2
    parts.append(
        Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
            middle, axes.height - 4, axes.x_title
        )
    )
    parts.append(
        Markup('<text transform="translate(11 {}) rotate(-90)" text-anchor="middle">{}</text>').format(
            (axes.height - _BOTTOM + _TOP) / 2, axes.y_title
        )
    )
    parts.extend(_line(line, [at(x, y) for x, y in line.points]) for line in lines if line.points)
    return _svg(axes.width, axes.height, alt, parts)


def sparkline(points: Points, alt: str, width: int = 96, height: int = 28) -> Markup:
    """Return a small curve without axes; both ranges are 0..1."""
    placed = [(1 + x * (width - 2), 1 + (1 - y) * (height - 2)) for x, y in points]
    frame = Markup('<rect class="frame" x="0.5" y="0.5" width="{}" height="{}"/>').format(
        width - 1, height - 1
    )
    return _svg(width, height, alt, [frame, _line(Line(points), placed)] if placed else [frame])


def interval(low: float, value: float, high: float, alt: str, width: int = 120) -> Markup:
    """Return a dot on its interval; the range is 0..1."""
    inner = width - 8
    x0, x, x1 = (round(4 + each * inner, 1) for each in (low, value, high))
    parts = [
        Markup('<line class="grid" x1="4" y1="8" x2="{}" y2="8"/>').format(width - 4),
        Markup('<line class="range" x1="{}" y1="8" x2="{}" y2="8"/>').format(x0, x1),
        Markup('<circle class="dot model" cx="{}" cy="8" r="3"/>').format(x),
    ]
    return _svg(width, 16, alt, parts)


def _placed(axes: Axes, x: float, y: float) -> tuple[float, float]:
    (x0, x1), (y0, y1) = axes.x, axes.y
    share_x = (x - x0) / ((x1 - x0) or 1)
    share_y = (y - y0) / ((y1 - y0) or 1)
    return (
        round(_LEFT + share_x * (axes.width - _LEFT - _RIGHT), 1),
        round(axes.height - _BOTTOM - share_y * (axes.height - _TOP - _BOTTOM), 1),
    )


def _line(line: Line, placed: Points) -> Markup:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    drawn = Markup('<polyline class="{}" points="{}"/>').format(line.kind, path)
    if line.dots:
        dot = Markup('<circle class="dot {}" cx="{}" cy="{}" r="3"/>')
        drawn += Markup("").join(dot.format(line.kind, x, y) for x, y in placed)
    return drawn


def _svg(width: int, height: int, alt: str, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">{}</svg>'
    ).format(alt, width, height, width, height, Markup("").join(parts))

"""Render the report. Every number comes from `metrics.json`; this module only formats and draws."""

import base64
import io
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

from trainer.head.fit import Epoch
from trainer.report.charts import Axes, Line, chart, interval, sparkline
from vignette_shared.contracts.metrics import (
    Calibration,
    DistortionLevel,
    LabelMetrics,
    Metrics,
    Reliability,
    Robustness,
)


def render_report(
    name: str,
    metrics: Metrics,
    pixels: dict[str, NDArray[np.uint8]],
    facts: dict[str, Any],
    history: Sequence[Epoch] = (),
) -> str:
    """Return a self-contained HTML page.

    Args:
        metrics: of `assess`.
        pixels: uint8[side, side, 3] by name, of the images in the metrics' mistakes.
        facts: how the head was made.
        history: the training's epochs; may be empty.
    """
    environment = Environment(
        loader=PackageLoader("trainer.report"),
        autoescape=True,
        # A misspelled name must fail rather than leave a gap in the report.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fact"] = _fact
    labels = sorted(metrics.per_label, key=lambda entry: -entry.ap)
    reliabilities = _reliabilities(metrics.calibration)
    page: str = environment.get_template("report.html.j2").render(
        name=name,
        m=metrics,
        facts=facts,
        labels=labels,
        intervals={entry.label: _interval(entry) for entry in labels},
        sparklines={entry.label: _sparkline(entry) for entry in labels},
        curves=[(entry.label, _precision_recall(entry)) for entry in labels if entry.curve],
        reliability=[(title, each.ece, _reliability_diagram(title, each)) for title, each in reliabilities],
        calibrations=reliabilities,
        history=_history(history),
        heads=len({epoch.member for epoch in history}),
        robustness=_robustness(metrics.robustness),
        thumbnails={image: _thumbnail(each) for image, each in pixels.items()},
    )
    return page


def _fact(value: Any) -> str:
    """Format a fact: names with their values, lists with commas."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_fact(each)}" for key, each in value.items())
    if isinstance(value, list):
        return f"({', '.join(map(_fact, value))})"
    return "none" if value is None else str(value)


def _interval(entry: LabelMetrics) -> Markup:
    low, ap, high = entry.ap_low, entry.ap, entry.ap_high
    return interval(low, ap, high, f"{entry.label}: {ap:.3f}, between {low:.3f} and {high:.3f}")


def _sparkline(entry: LabelMetrics) -> Markup:
    return sparkline(entry.curve, f"Precision-recall curve of {entry.label}")


def _precision_recall(entry: LabelMetrics) -> Markup:
    axes = Axes(width=180, height=150, x_title="recall", y_title="precision")
    lines = [Line(entry.curve)]
    if entry.precision is not None and entry.recall is not None:
        lines.append(Line([(entry.recall, entry.precision)], "live", dots=True))
    return chart(axes, lines, f"Precision-recall curve of {entry.label}, AP {entry.ap:.3f}")


def _reliabilities(calibration: Calibration | None) -> list[tuple[str, Reliability]]:
    if calibration is None:
        return []
    return [
        ("as shipped", calibration.as_shipped),
        ("temperature", calibration.temperature),
        ("isotonic", calibration.isotonic),
    ]


def _reliability_diagram(title: str, reliability: Reliability) -> Markup:
    axes = Axes(width=280, height=260, x_title="score", y_title="share that is right")
    points = [(score, share) for score, share, _ in reliability.curve]
    return chart(
        axes,
        [Line([(0, 0), (1, 1)], "quiet"), Line(points, "model", dots=True)],
        f"Reliability, {title}: expected calibration error {reliability.ece:.4f}",
    )


def _history(epochs: Sequence[Epoch]) -> list[tuple[str, Markup]]:
    """Chart loss and validation mean AP by epoch, one line for each member of the ensemble."""
    if not epochs:
        return []
    charts = []
    last = max(epoch.number for epoch in epochs)
    for key, title in (("loss", "training loss"), ("mean_ap", "mean AP on validation")):
        values = [getattr(epoch, key) for epoch in epochs]
        low, high = min(values), max(values)
        axes = Axes(
            x=(1, max(last, 2)),
            y=(low, high if high > low else low + 1e-3),
            width=300,
            x_title="epoch",
            y_title=title,
            x_ticks=[(1, "1"), (last, str(last))] if last > 1 else [(1, "1")],
            y_ticks=[(low, f"{low:.3f}"), (high, f"{high:.3f}")],
        )
        lines = [
            Line([(epoch.number, getattr(epoch, key)) for epoch in member], dots=True)
            for _, member in groupby(epochs, key=lambda epoch: epoch.member)
        ]
        charts.append((title, chart(axes, lines, f"{title} by epoch")))
    return charts


def _robustness(robustness: Robustness | None) -> list[tuple[str, list[DistortionLevel], Markup]]:
    """Return each distortion with its levels and a chart of mean AP by strength."""
    if robustness is None:
        return []
    plain, *levels = robustness.levels
    top = max(level.mean_ap for level in robustness.levels) * 1.1
    charts = []
    for name, group in groupby(levels, key=lambda level: level.distortion):
        rows = list(group)
        axes = Axes(
            x=(0, max(len(rows) - 1, 1)),
            y=(0, top),
            width=280,
            height=200,
            x_title=name,
            y_title="mean AP",
            x_ticks=[(i, f"{row.strength:g}") for i, row in enumerate(rows)],
            y_ticks=[(0, "0"), (plain.mean_ap, f"{plain.mean_ap:.2f}")],
        )
        lines = [
            Line([(axes.x[0], plain.mean_ap), (axes.x[1], plain.mean_ap)], "quiet"),
            Line([(i, row.mean_ap) for i, row in enumerate(rows)], "model", dots=True),
        ]
        charts.append((name, rows, chart(axes, lines, f"Mean AP under {name}")))
    return charts


def _thumbnail(pixels: NDArray[np.uint8]) -> str:
    stream = io.BytesIO()
    image = Image.fromarray(pixels)
    # Embedded in the page: the report must open anywhere, without its dataset.
    image.thumbnail((128, 128))
    image.save(stream, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()

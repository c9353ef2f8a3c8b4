"""From figures to the page: every number is in `metrics.json`, here it is only drawn."""

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

from trainer.report.charts import Axes, Line, chart, interval, sparkline

_CALIBRATIONS = {"as_shipped": "as shipped", "temperature": "temperature", "isotonic": "isotonic"}


def render_report(
    name: str,
    metrics: dict[str, Any],
    pixels: dict[str, NDArray[np.uint8]],
    facts: dict[str, Any],
    history: Sequence[dict[str, Any]] = (),
) -> str:
    """Return a self-contained HTML page.

    Args:
        metrics: of `assess`.
        pixels: uint8[side, side, 3] by image name, for the mistakes.
        facts: what made the head, shown as they are.
        history: epochs as `history.json` holds them; may be empty.
    """
    environment = Environment(
        loader=PackageLoader("trainer.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["told"] = _told
    labels = sorted(metrics["per_label"], key=lambda entry: -entry["ap"])
    page: str = environment.get_template("report.html.j2").render(
        name=name,
        m=metrics,
        facts=facts,
        labels=labels,
        intervals={entry["label"]: _interval(entry) for entry in labels},
        sparklines={entry["label"]: _sparkline(entry) for entry in labels},
        curves=[(entry["label"], _precision_recall(entry)) for entry in labels if entry["curve"]],
        reliability=_reliability(metrics["calibration"]),
        calibrations=_CALIBRATIONS,
        history=_history(history),
        heads=len({epoch["member"] for epoch in history}),
        robustness=_robustness(metrics.get("robustness")),
        thumbnails={image: _thumbnail(each) for image, each in pixels.items()},
    )
    return page


def _told(fact: Any) -> str:
    """Return a fact as people write it: names with their values, lists with commas."""
    if isinstance(fact, dict):
        return ", ".join(f"{key} {_told(value)}" for key, value in fact.items())
    if isinstance(fact, list):
        return f"({', '.join(map(_told, fact))})"
    return "none" if fact is None else str(fact)


def _interval(entry: dict[str, Any]) -> Markup:
    low, ap, high = entry["ap_low"], entry["ap"], entry["ap_high"]
    return interval(low, ap, high, f"{entry['label']}: {ap:.3f}, between {low:.3f} and {high:.3f}")


def _sparkline(entry: dict[str, Any]) -> Markup:
    return sparkline(entry["curve"], f"Precision over recall of {entry['label']}")


def _precision_recall(entry: dict[str, Any]) -> Markup:
    axes = Axes(width=180, height=150, x_title="recall", y_title="precision")
    # The operating point: what the label's threshold makes of the curve.
    lines = [Line(entry["curve"])]
    if entry["precision"] is not None and entry["recall"] is not None:
        lines.append(Line([(entry["recall"], entry["precision"])], "live", dots=True))
    return chart(axes, lines, f"Precision over recall of {entry['label']}, AP {entry['ap']:.3f}")


def _reliability(calibration: dict[str, Any]) -> list[tuple[str, float, Markup]]:
    """One diagram for each calibration: its title, its ECE, the picture."""
    axes = Axes(width=280, height=260, x_title="score", y_title="share that is true")
    found = []
    for key, title in _CALIBRATIONS.items():
        points = [(score, share) for score, share, _ in calibration[key]["curve"]]
        picture = chart(
            axes,
            [Line([(0, 0), (1, 1)], "quiet"), Line(points, "model", dots=True)],
            f"Reliability, {title}: expected calibration error {calibration[key]['ece']:.4f}",
        )
        found.append((title, calibration[key]["ece"], picture))
    return found


def _history(epochs: Sequence[dict[str, Any]]) -> list[tuple[str, Markup]]:
    """Loss and validation mean AP by epoch, one line for each member of the ensemble."""
    if not epochs:
        return []
    found = []
    last = max(epoch["number"] for epoch in epochs)
    for key, title in (("loss", "training loss"), ("mean_ap", "mean AP on validation")):
        values = [epoch[key] for epoch in epochs]
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
            Line([(epoch["number"], epoch[key]) for epoch in member], dots=True)
            for _, member in groupby(epochs, key=lambda epoch: epoch["member"])
        ]
        found.append((title, chart(axes, lines, f"{title} by epoch")))
    return found


def _robustness(measured: dict[str, Any] | None) -> list[tuple[str, list[dict[str, Any]], Markup]]:
    """For each distortion: its name, its levels, and mean AP by strength beside the undistorted one."""
    if measured is None:
        return []
    plain, *levels = measured["levels"]
    top = max(level["mean_ap"] for level in measured["levels"]) * 1.1
    found = []
    for name, group in groupby(levels, key=lambda level: level["distortion"]):
        rows = list(group)
        axes = Axes(
            x=(0, max(len(rows) - 1, 1)),
            y=(0, top),
            width=280,
            height=200,
            x_title=name,
            y_title="mean AP",
            x_ticks=[(i, f"{row['strength']:g}") for i, row in enumerate(rows)],
            y_ticks=[(0, "0"), (plain["mean_ap"], f"{plain['mean_ap']:.2f}")],
        )
        lines = [
            Line([(axes.x[0], plain["mean_ap"]), (axes.x[1], plain["mean_ap"])], "quiet"),
            Line([(i, row["mean_ap"]) for i, row in enumerate(rows)], "model", dots=True),
        ]
        found.append((name, rows, chart(axes, lines, f"Mean AP under {name}")))
    return found


def _thumbnail(pixels: NDArray[np.uint8]) -> str:
    stream = io.BytesIO()
    image = Image.fromarray(pixels)
    image.thumbnail((128, 128))
    image.save(stream, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()

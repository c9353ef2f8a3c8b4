"""Draw a photo next to its tags: the picture that `predict --out` writes."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from trainer.predict.predictor import Prediction, Predictor, Tag
from trainer.support.atomic_file import write_atomically, write_error
from vignette_shared.imaging import open_upright_rgb
from vignette_shared.vision.explain import Method, render_heatmap

# Pixels of the photo's longer side.
LONGEST = 640
MARGIN = 24
# Pixels of the column with the tags.
COLUMN = 280
ROW = 34
_PAPER, _INK, _FAINT = (255, 255, 255), (24, 24, 27), (113, 113, 122)
_BAR, _BAR_BELOW, _TRACK = (37, 99, 235), (161, 161, 170), (228, 228, 231)


def write_picture(
    path: Path,
    predictor: Predictor,
    prediction: Prediction,
    top: int,
    *,
    explained: bool,
    label: str = "",
    method: Method | None = None,
) -> None:
    """Draw a prediction to a file, atomically.

    Args:
        explained: whether to add a heat map.
        label: the tag to explain; the one with the top score if empty.
        method: see `vision.explain.explain_label`.

    Raises:
        DatasetError: the file can't be written, or the version doesn't have the label.
        ModelError: the method doesn't support the backbone.
    """
    chosen = label or prediction.tags[0].label
    heat = predictor.heat(prediction.image, chosen, method) if explained else None
    photo = open_upright_rgb(prediction.image, LONGEST)
    body = draw_prediction(photo, prediction.tags, top=top, heat=heat, label=chosen)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, body)
    except OSError as error:
        raise write_error(path, error) from error


def draw_prediction(
    photo: Image.Image,
    tags: tuple[Tag, ...],
    *,
    top: int = 10,
    heat: NDArray[np.float32] | None = None,
    label: str = "",
) -> bytes:
    """Return a PNG: the photo, its first tags with score bars, and the photo under its heat map if given.

    Tags below their threshold are grey.

    Args:
        photo: upright RGB.
        heat: heat map of `label`, float32[h, w] in 0..1.
    """
    scaled = photo.copy()
    scaled.thumbnail((LONGEST, LONGEST))
    width, height = scaled.size
    panels = 1 if heat is None else 2
    inner = max(height + (ROW if heat is not None else 0), top * ROW)
    canvas = Image.new(
        "RGB", (MARGIN + panels * (width + MARGIN) + COLUMN + MARGIN, inner + 2 * MARGIN), _PAPER
    )
    canvas.paste(scaled, (MARGIN, MARGIN))
    pen = ImageDraw.Draw(canvas)
    if heat is not None:
        left = MARGIN + width + MARGIN
        overlay = Image.open(io.BytesIO(render_heatmap(heat, width, height))).convert("RGBA")
        canvas.paste(Image.alpha_composite(scaled.convert("RGBA"), overlay).convert("RGB"), (left, MARGIN))
        pen.text((left, MARGIN + height + 8), f"evidence for {label}", _FAINT, _font(15))
    _draw_tags(pen, tags[:top], MARGIN + panels * (width + MARGIN))
    buffer = io.BytesIO()
    canvas.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _draw_tags(pen: ImageDraw.ImageDraw, tags: tuple[Tag, ...], left: int) -> None:
    for number, tag in enumerate(tags):
        y = MARGIN + number * ROW
        ink = _INK if tag.over_threshold else _FAINT
        score = f"{tag.score:.2f}"
        pen.text((left, y), tag.label.replace("_", " "), ink, _font(16))
        pen.text((left + COLUMN, y), score, ink, _font(16), anchor="ra")
        pen.rectangle((left, y + 22, left + COLUMN, y + 26), _TRACK)
        if filled := round(tag.score * COLUMN):
            pen.rectangle((left, y + 22, left + filled, y + 26), _BAR if tag.over_threshold else _BAR_BELOW)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)

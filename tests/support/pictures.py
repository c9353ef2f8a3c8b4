"""Pictures drawn by code, for tests that need no real photo."""

import io

from PIL import Image, ImageDraw


def make_jpeg(width: int, height: int, shift: int = 0) -> bytes:
    """Draw a sunset over water; `shift` makes another picture of the same kind."""
    image = Image.new("RGB", (width, height), (250, 170 - shift % 60, 90))
    draw = ImageDraw.Draw(image)
    horizon = height * 3 // 5
    draw.rectangle((0, horizon, width, height), fill=(30, 60 + shift % 100, 120))
    centre, radius = (width // 2 + shift * 7 % max(width // 4, 1), horizon), height // 6
    draw.ellipse(
        (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius), fill=(255, 230, 160)
    )
    for line in range(horizon + 8, height, 12):
        draw.line((shift % 50, line, width - shift % 30, line), fill=(90, 110, 150), width=2)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()

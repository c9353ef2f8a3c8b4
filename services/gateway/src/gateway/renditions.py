"""The sizes in which a picture is there, told as the app tells them (web/src/shared/grid/tile.tsx)."""

# Longest side of each, in pixels.
THUMB, PREVIEW = 400, 1600


def srcset(thumb: str, preview: str, width: int, height: int) -> str:
    """Return both renditions of a photo of `width` x `height` pixels with their widths."""
    return f"{thumb} {_across(width, height, THUMB)}w, {preview} {_across(width, height, PREVIEW)}w"


def _across(width: int, height: int, side: int) -> int:
    """Return a rendition's width, given its longest side."""
    return round(min(width, side if width >= height else side * width / height))

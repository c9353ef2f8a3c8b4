"""Rendition widths, as the web app has them (web/src/shared/grid/images/renditions.ts)."""

from vignette_shared.contracts.api import PhotoUrls

# Longest side of each rendition, in pixels.
SIDES = {"thumb": 400, "medium": 1024, "preview": 1600}


def srcset(urls: PhotoUrls, width: int, height: int) -> str:
    """Return the `srcset` of a photo of `width` x `height` pixels."""
    renditions = ((getattr(urls, name), side) for name, side in SIDES.items())
    return ", ".join(f"{url} {_width(width, height, side)}w" for url, side in renditions if url)


def _width(width: int, height: int, side: int) -> int:
    """Return the width of a rendition with the given longest side."""
    return round(min(width, side if width >= height else side * width / height))

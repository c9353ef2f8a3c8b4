"""Rendition widths, as the web app has them (web/src/shared/grid/images/renditions.ts)."""

from vignette_shared.contracts.api import PhotoUrls

# Longest side of each, in pixels.
SIDES = {"thumb": 400, "medium": 1024, "preview": 1600}


def srcset(urls: PhotoUrls, width: int, height: int) -> str:
    """Return the renditions that a photo of `width` x `height` pixels has, with their widths."""
    made = ((getattr(urls, name), side) for name, side in SIDES.items())
    return ", ".join(f"{url} {_across(width, height, side)}w" for url, side in made if url)


def _across(width: int, height: int, side: int) -> int:
    """Return a rendition's width, given its longest side."""
    return round(min(width, side if width >= height else side * width / height))

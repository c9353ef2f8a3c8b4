"""Date, camera and location of a photo, from its EXIF data. Invalid values count as absent."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, SupportsFloat

from PIL import ExifTags, Image

from vignette_shared.contracts.api import Camera, Location
from vignette_shared.imaging.decoding import (
    DECODER_ERRORS,
    DEFAULT_MAX_PIXELS,
    Source,
    open_image,
)

_TEXT_LIMIT = 100
"""Characters; real camera names are far shorter."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """EXIF data of a photo. `taken_at` is in UTC; a file without a time zone is taken to be in UTC."""

    taken_at: datetime | None = None
    camera: Camera | None = None
    location: Location | None = None


def read_metadata(source: Source, max_pixels: int = DEFAULT_MAX_PIXELS) -> Metadata:
    """Read the EXIF data; raises as `probe` does."""
    with open_image(source, max_pixels) as file:
        try:
            exif = file.image.getexif()
            base: dict[int, Any] = dict(exif)
            detail: dict[int, Any] = _directory(exif, ExifTags.IFD.Exif)
            gps: dict[int, Any] = _directory(exif, ExifTags.IFD.GPSInfo)
        except DECODER_ERRORS:
            return Metadata()
    return Metadata(_taken_at(base, detail), _camera(base, detail), _location(gps))


def _directory(exif: Image.Exif, ifd: int) -> dict[int, Any]:
    try:
        return dict(exif.get_ifd(ifd))
    except DECODER_ERRORS:
        return {}


def _taken_at(base: dict[int, Any], detail: dict[int, Any]) -> datetime | None:
    text = (
        detail.get(ExifTags.Base.DateTimeOriginal)
        or detail.get(ExifTags.Base.DateTimeDigitized)
        or base.get(ExifTags.Base.DateTime)
    )
    try:
        clock = datetime.strptime(str(text).strip(" \0")[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        zone = _zone(str(detail.get(ExifTags.Base.OffsetTimeOriginal, "")).strip(" \0"))
        return clock.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(text: str) -> timezone:
    """`+02:00` as a time zone, UTC for anything else."""
    if len(text) == 6 and text[0] in "+-" and text[3] == ":" and (text[1:3] + text[4:]).isdecimal():
        offset = timedelta(hours=int(text[1:3]), minutes=int(text[4:]))
        if offset < timedelta(hours=24):
            return timezone(-offset if text[0] == "-" else offset)
    return UTC


def _camera(base: dict[int, Any], detail: dict[int, Any]) -> Camera | None:
    iso = _positive(detail.get(ExifTags.Base.ISOSpeedRatings))
    camera = Camera(
        make=_text(base.get(ExifTags.Base.Make)),
        model=_text(base.get(ExifTags.Base.Model)),
        lens=_text(detail.get(ExifTags.Base.LensModel)),
        focal_length_mm=_positive(detail.get(ExifTags.Base.FocalLength)),
        aperture=_positive(detail.get(ExifTags.Base.FNumber)),
        exposure_s=_positive(detail.get(ExifTags.Base.ExposureTime)),
        iso=None if iso is None else round(iso),
    )
    return camera if any(value is not None for value in camera.model_dump().values()) else None


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    clean = "".join(c for c in value.split("\0")[0] if c.isprintable()).strip()
    return clean[:_TEXT_LIMIT] or None


def _positive(value: object) -> float | None:
    number = _number(value[0] if isinstance(value, tuple) and value else value)
    return number if number is not None and number > 0 else None


def _number(value: object) -> float | None:
    if not isinstance(value, SupportsFloat):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _location(gps: dict[int, Any]) -> Location | None:
    latitude = _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90)
    longitude = _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180)
    if latitude is None or longitude is None:
        return None
    if latitude == 0 == longitude:
        return None  # Cameras without a GPS fix write zeros.
    return Location(latitude=latitude, longitude=longitude)


def _degrees(gps: dict[int, Any], tag: int, ref: int, negative: str, limit: float) -> float | None:
    parts = gps.get(tag)
    if not isinstance(parts, tuple) or not 1 <= len(parts) <= 3:
        return None
    numbers = [number for number in map(_number, parts) if number is not None and number >= 0]
    value: float = sum(number / 60.0**place for place, number in enumerate(numbers))
    if len(numbers) < len(parts) or value > limit:
        return None
    side = str(gps.get(ref, "")).strip(" \0").upper()
    # Seven places: about a centimetre.
    return round(-value if side == negative else value, 7)

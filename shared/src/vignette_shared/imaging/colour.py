"""Any Pillow mode to 8-bit sRGB: embedded profiles, CMYK, CIELAB, 16-bit, palettes, transparency."""

from io import BytesIO

from PIL import Image, ImageCms

_WHITE = (255, 255, 255, 255)
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
_PROFILE_MODES = {"RGB", "L", "CMYK", "LAB"}


def to_srgb(image: Image.Image) -> Image.Image:
    """Return `image` as mode RGB in sRGB; transparent parts over white, as a browser shows them.

    A profile that can't be used is passed over: a slightly wrong colour is better than no picture.
    """
    profile = image.info.get("icc_profile")
    if image.mode == "RGB" and not profile and "transparency" not in image.info:
        return image
    flat = _flatten(_to_eight_bits(image))
    if flat.mode == "LAB":
        return _convert(flat, _LAB)
    source = _parse(profile) if profile else None
    return flat.convert("RGB") if source is None else _convert(flat, source)


def _parse(profile: bytes) -> ImageCms.ImageCmsProfile | None:
    try:
        parsed = ImageCms.ImageCmsProfile(BytesIO(profile))
        description = ImageCms.getProfileDescription(parsed)
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError):
        return None
    # Nearly every camera and phone embeds sRGB itself: converting it to itself would cost more than decoding.
    return None if "sRGB" in description else parsed


def _convert(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    if image.mode not in _PROFILE_MODES:
        image = image.convert("RGB")
    try:
        converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (OSError, ValueError, ImageCms.PyCMSError):
        # A profile for another colour space than the pixels' is common (grey photos with an RGB profile).
        converted = None
    return image.convert("RGB") if converted is None else converted


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """16-bit and float greys to "L"; everything else as it is."""
    if image.mode.startswith("I"):
        wide = image.convert("I")
        return wide.point(lambda value: value * (1 / 257)).convert("L")
    if image.mode == "F":
        _, high = image.getextrema()
        assert isinstance(high, (int, float))  # one band has one pair of numbers
        scale = 255 / high if high > 0 else 1.0
        return image.point(lambda value: value * scale).convert("L")
    return image


def _flatten(image: Image.Image) -> Image.Image:
    """Lay what is transparent over white and resolve palettes; a mode without alpha comes back."""
    if image.mode in ("LA", "PA", "La", "RGBA", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, _WHITE), rgba).convert("RGB")
    if image.mode in _PROFILE_MODES:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")

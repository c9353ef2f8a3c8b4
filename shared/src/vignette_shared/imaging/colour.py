"""Conversion of any Pillow mode to 8-bit sRGB: colour profiles, CMYK, Lab, 16 bits, palettes, alpha."""

from io import BytesIO

from PIL import Image, ImageCms

_WHITE = (255, 255, 255, 255)
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
_PROFILE_MODES = {"RGB", "L", "CMYK", "LAB"}


def to_srgb(image: Image.Image) -> Image.Image:
    """Return the image in mode RGB and sRGB, on white where it is transparent, as browsers show it.

    An unusable colour profile is ignored: a slightly wrong colour is better than no photo.
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
    # Most cameras and phones embed sRGB itself. To convert it to sRGB would take longer than decoding.
    return None if "sRGB" in description else parsed


def _convert(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    if image.mode not in _PROFILE_MODES:
        image = image.convert("RGB")
    try:
        converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
    except (OSError, ValueError, ImageCms.PyCMSError):
        # Many files have a profile of another mode than their pixels, such as RGB in a grey photo.
        converted = None
    return image.convert("RGB") if converted is None else converted


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Convert 16-bit and float greyscale to mode "L"; return other modes unchanged."""
    if image.mode.startswith("I"):
        wide = image.convert("I")
        # 65,535 / 257 = 255.
        return wide.point(lambda value: value * (1 / 257)).convert("L")
    if image.mode == "F":
        _, high = image.getextrema()
        assert isinstance(high, (int, float))  # one band has one pair of numbers
        scale = 255 / high if high > 0 else 1.0
        return image.point(lambda value: value * scale).convert("L")
    return image


def _flatten(image: Image.Image) -> Image.Image:
    """Composite transparency over white and resolve palettes; the result has no alpha channel."""
    if image.mode in ("LA", "PA", "La", "RGBA", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, _WHITE), rgba).convert("RGB")
    if image.mode in _PROFILE_MODES:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")

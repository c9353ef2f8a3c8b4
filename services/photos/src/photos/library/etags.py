"""Entity tags: what a caller saw, in a word that they can name."""

import hashlib

from vignette_shared.contracts.api import Photo


def photo_etag(photo: Photo) -> str:
    """Return the strong ETag of a photo as one caller sees it: any change they would see changes it."""
    return f'"{hashlib.sha256(photo.model_dump_json().encode()).hexdigest()[:32]}"'


def names_etag(header: str, etag: str) -> bool:
    """Whether `If-Match` or `If-None-Match` is `*` or lists the tag.

    A `W/` is passed over in both: proxies that compress put one before our tags, and the tag behind it is
    of the same content.
    """
    listed = {entry.strip().removeprefix("W/") for entry in header.split(",")}
    return "*" in listed or etag in listed

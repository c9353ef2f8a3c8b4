"""Entity tags."""

import hashlib

from vignette_shared.contracts.api import Photo


def photo_etag(photo: Photo) -> str:
    """Return the strong ETag of a photo as one caller sees it: a hash of the whole representation."""
    # 128 bits: two versions of a photo never share them by accident.
    return f'"{hashlib.sha256(photo.model_dump_json().encode()).hexdigest()[:32]}"'


def names_etag(header: str, etag: str) -> bool:
    """Whether `If-Match` or `If-None-Match` is `*` or lists the ETag.

    A `W/` prefix is ignored in both: proxies that compress a response make its ETag weak.
    """
    listed = {entry.strip().removeprefix("W/") for entry in header.split(",")}
    return "*" in listed or etag in listed

"""The layout of the blob store: every key that this service writes, reads or lists."""

import hashlib

from vignette_shared.contracts.blobs import EMBEDDINGS, TRANSIENT

ORIGINALS = "originals"
RENDITIONS = "renditions"
DOWNLOADS = "downloads"
DOWNLOADS_VERSION = 1
"""The version of the stripping: raise it when copies come out differently, so that their ETag changes too."""
EXPLANATIONS = f"{TRANSIENT}/explanations"
"""Among the transient blobs, so that the reconciler removes them after a day."""


def original(sha256: str) -> str:
    """Return the key of an upload as it arrived; photos with the same bytes share it."""
    return f"{ORIGINALS}/{_fan_out(sha256)}"


def renditions_of(photo_id: str) -> str:
    """Return the folder of a photo's thumb, medium and preview."""
    return f"{RENDITIONS}/{photo_id}"


def rendition(photo_id: str, file_name: str) -> str:
    return f"{renditions_of(photo_id)}/{file_name}"


def downloads_of(sha256: str) -> tuple[str, str]:
    """Return the two possible keys of an original's stripped copy: in the same format, or as JPEG."""
    key = f"{DOWNLOADS}/{DOWNLOADS_VERSION}/{_fan_out(sha256)}"
    return key, f"{key}.jpg"


def explanations_of(photo_id: str) -> str:
    """Return the folder of a photo's cached explanations."""
    return f"{EXPLANATIONS}/{photo_id}"


def explanation(photo_id: str, version: str, label: str) -> str:
    """Return the key of one explanation; the label is hashed, since it may hold characters a key may not."""
    return f"{explanations_of(photo_id)}/{version}-{hashlib.sha256(label.encode()).hexdigest()[:16]}.png"


def photo_of_embedding(key: str) -> str:
    """Return the photo's id in the key of a transient embedding."""
    return key.removeprefix(f"{EMBEDDINGS}/")[:36]


def _fan_out(sha256: str) -> str:
    # Two levels of 256 folders keep a directory of a local store small at a million blobs.
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"

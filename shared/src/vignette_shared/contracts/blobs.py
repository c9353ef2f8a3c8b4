"""The keys of transient blobs, which one service writes and another reads.

All other keys are the photos service's own: `photos.kernel.blob_keys`.
"""

TRANSIENT = "transient"
"""The folder that the reconciler empties of everything older than a day."""
EMBEDDINGS = f"{TRANSIENT}/embeddings"
"""Written by the tagger, read by photos when it records the tags."""
PREDICTIONS = f"{TRANSIENT}/predict"
"""Pictures to predict: written by the gateway, read by the tagger."""


def embedding_key(photo_id: str, backbone: str) -> str:
    """Return the key of a photo's embedding, float16, on its way from the tagger to photos."""
    return f"{EMBEDDINGS}/{photo_id}-{backbone}.f16"


def prediction_key(request_id: str) -> str:
    return f"{PREDICTIONS}/{request_id}"

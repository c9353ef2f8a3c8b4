"""A shard of the bottleneck cache: embeddings and the hashes of their images, one safetensors file.

The trainer writes shards and so do tagger workers that embed for it; 4,128 bytes an image at 2,048 features.
"""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from vignette_shared.errors import ModelDamaged


def dump_shard(sha256: Sequence[str], embeddings: NDArray[np.floating]) -> bytes:
    """Return the file of float[n, features] embeddings, kept as float16, and their images' hashes (hex)."""
    hashes = np.frombuffer(bytes.fromhex("".join(sha256)), np.uint8).reshape(-1, 32).copy()
    data: bytes = save({"embeddings": np.asarray(embeddings, np.float16), "sha256": hashes})
    return data


def parse_shard(data: bytes, features: int) -> dict[str, NDArray[np.float16]]:
    """Return float16[features] by hash; raises `ModelDamaged` for what is no whole shard of that width."""
    try:
        shard = load(data)
        embeddings, hashes = shard["embeddings"], shard["sha256"]
    except (SafetensorError, KeyError) as error:
        raise ModelDamaged(f"No whole shard of embeddings: {error}.") from error
    if embeddings.shape != (len(hashes), features):
        raise ModelDamaged(f"The shard holds {embeddings.shape}, not {features} values for each image.")
    return {row.tobytes().hex(): each for row, each in zip(hashes, embeddings, strict=True)}


def dump_images(images: Mapping[str, bytes]) -> bytes:
    """Return one file of images by their SHA-256 (hex), for a worker elsewhere."""
    data: bytes = save({sha256: np.frombuffer(body, np.uint8) for sha256, body in images.items()})
    return data


def parse_images(data: bytes) -> dict[str, bytes]:
    """Read what `dump_images` wrote; raises `ModelDamaged`."""
    try:
        return {sha256: body.tobytes() for sha256, body in load(data).items()}
    except SafetensorError as error:
        raise ModelDamaged(f"No whole file of images: {error}.") from error


def shard_name(sha256: Sequence[str]) -> str:
    """Return the name of the shard of these images: the same images in the same order, the same name."""
    return hashlib.sha256(bytes.fromhex("".join(sha256))).hexdigest()[:16]

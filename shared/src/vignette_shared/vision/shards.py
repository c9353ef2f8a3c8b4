"""Shards of the bottleneck cache: safetensors files with embeddings and the hashes of their images.

The trainer writes shards, and so do tagger workers that embed for it. With 2,048 features,
an image takes 4,128 bytes.
"""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from vignette_shared.errors import ModelDamaged


def dump_shard(sha256: Sequence[str], embeddings: NDArray[np.floating]) -> bytes:
    """Return a shard of embeddings, float[n, features], and their images' SHA-256 in hex."""
    hashes = np.frombuffer(bytes.fromhex("".join(sha256)), np.uint8).reshape(-1, 32).copy()
    data: bytes = save({"embeddings": np.asarray(embeddings, np.float16), "sha256": hashes})
    return data


def parse_shard(data: bytes, features: int) -> dict[str, NDArray[np.float16]]:
    """Return each image's float16[features] by hash; raises `ModelDamaged` if the shard is invalid."""
    try:
        shard = load(data)
        embeddings, hashes = shard["embeddings"], shard["sha256"]
    except (SafetensorError, KeyError) as error:
        raise ModelDamaged(f"The embedding shard is damaged: {error}.") from error
    if embeddings.shape != (len(hashes), features):
        raise ModelDamaged(f"The shard has shape {embeddings.shape}, not {features} features per image.")
    return {row.tobytes().hex(): each for row, each in zip(hashes, embeddings, strict=True)}


def dump_images(images: Mapping[str, bytes]) -> bytes:
    """Return one file with several images by their SHA-256 in hex, to send to a tagger worker."""
    data: bytes = save({sha256: np.frombuffer(body, np.uint8) for sha256, body in images.items()})
    return data


def parse_images(data: bytes) -> dict[str, bytes]:
    """Read a file of `dump_images`; raises `ModelDamaged`."""
    try:
        return {sha256: body.tobytes() for sha256, body in load(data).items()}
    except SafetensorError as error:
        raise ModelDamaged(f"The file of images is damaged: {error}.") from error


def shard_name(sha256: Sequence[str]) -> str:
    """Return the name of a shard, which is a hash over its images in order."""
    return hashlib.sha256(bytes.fromhex("".join(sha256))).hexdigest()[:16]

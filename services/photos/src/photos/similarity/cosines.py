"""Cosine distances of float16 vectors, by a library of SIMD kernels that is small and needs no NumPy."""

from array import array
from typing import Any

import simsimd

# Its arithmetic sums up in float16, off by 1e-3; the next best kernel sums up in float32, off by 1e-7.
simsimd.disable_capability("sapphire")
SCANNED = 4096
"""Rows a call of the kernel, which holds Python's lock meanwhile: 16 MiB, a few milliseconds."""


# By a value's upper byte: 1 where all bits of the exponent are set, which is infinite or no number.
_NOT_FINITE = bytes(1 if byte & 0x7C == 0x7C else 0 for byte in range(256))


def has_direction(vector: bytes) -> bool:
    """Whether float16 values are all finite and not all zero; only then is there a cosine."""
    return any(vector) and 1 not in vector[1::2].translate(_NOT_FINITE)


def cosine_distances(asked: bytes, rows: bytes | memoryview, features: int) -> "array[float]":
    """Return 1 - cosine of `asked` to each row, in float64; a row of zeros is orthogonal to all.

    The kernel calls what is not finite identical to anything: keep that out (`has_direction`).

    Args:
        asked: little-endian float16[features].
        rows: little-endian float16[n, features], C-contiguous.
    """
    found = array("d")
    stride = 2 * features
    view = memoryview(rows).cast("B")
    one = memoryview(asked).cast("B").cast("H", (1, features))
    for start in range(0, len(view) // stride, SCANNED):
        some = view[start * stride : (start + SCANNED) * stride]
        some = some[: len(some) // stride * stride]
        # As uint16, since Python has no float16 in two dimensions; the kernel is told what they are.
        piece = some.cast("H", (len(some) // stride, features))
        distances: Any = simsimd.cdist(one, piece, "cosine", dtype="float16")
        found.frombytes(memoryview(distances).cast("B"))
    return found

"""Cosine distances of float16 vectors with SIMD kernels, without NumPy."""

from array import array
from typing import Any

import simsimd

# The fastest kernel accumulates in float16, with errors of 1e-3; without it, float32 gives errors of 1e-7.
simsimd.disable_capability("sapphire")
SCANNED = 4096
"""Rows per call of the kernel, which holds the GIL: 16 MiB, a few milliseconds."""


# Indexed by a value's upper byte: 1 if all bits of the exponent are set, i.e. infinity or NaN.
_NOT_FINITE = bytes(1 if byte & 0x7C == 0x7C else 0 for byte in range(256))


def has_direction(vector: bytes) -> bool:
    """Whether all float16 values are finite and not all are zero; otherwise the cosine is undefined."""
    return any(vector) and 1 not in vector[1::2].translate(_NOT_FINITE)


def cosine_distances(query: bytes, rows: bytes | memoryview, features: int) -> "array[float]":
    """Return 1 - cosine between `query` and each row, in float64; a row of zeros is orthogonal to all.

    The kernel returns distance 0 for values that are not finite: filter them with `has_direction`.

    Args:
        query: little-endian float16[features].
        rows: little-endian float16[n, features], C-contiguous.
    """
    result = array("d")
    stride = 2 * features
    view = memoryview(rows).cast("B")
    query_row = memoryview(query).cast("B").cast("H", (1, features))
    for start in range(0, len(view) // stride, SCANNED):
        some = view[start * stride : (start + SCANNED) * stride]
        some = some[: len(some) // stride * stride]
        # As uint16: memoryview has no two-dimensional float16. The kernel gets the type separately.
        piece = some.cast("H", (len(some) // stride, features))
        distances: Any = simsimd.cdist(query_row, piece, "cosine", dtype="float16")
        result.frombytes(memoryview(distances).cast("B"))
    return result

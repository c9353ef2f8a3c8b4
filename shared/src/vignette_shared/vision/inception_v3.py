"""Inception-v3 (Szegedy et al. 2015, arXiv:1512.00567) without its classifier, layer by layer as in Keras.

Every runtime other than Keras builds its graph with `build`. The layers are in Keras' order of creation: the
n-th convolution uses `conv2d_<n>` and `batch_normalization_<n>` of the weights file.
"""

from dataclasses import dataclass, field
from typing import Protocol, TypeVar

ARCHITECTURE = "inception_v3"
GRAPH_VERSION = 1
FEATURES = 2048
# Keras' own minimum: smaller images leave no cell in the last map.
MIN_INPUT_SIDE = 75
# Keras' default, which its own Inception-v3 uses.
BATCH_NORM_EPSILON = 1e-3

T = TypeVar("T")


class Ops(Protocol[T]):
    """The operators that a runtime provides; `T` is its tensor type."""

    def conv(self, x: T, filters: int, height: int, width: int, *, stride: int = 1, same: bool = True) -> T:
        """Convolution, batch normalisation and ReLU; the n-th call uses the n-th weights."""
        ...

    def max_pool(self, x: T) -> T:
        """3 x 3, stride 2, no padding."""
        ...

    def average_pool(self, x: T) -> T:
        """3 x 3, stride 1, padded to the same size; the mean leaves out the padding."""
        ...

    def concat(self, parts: list[T]) -> T:
        """Join along the channels."""
        ...


def build(ops: Ops[T], x: T) -> T:
    """Return the maps of the last convolution for an image tensor in [-1, 1]."""
    x = _stem(ops, x)
    for pooled in (32, 64, 64):  # mixed 0..2
        x = _mixed_5x5(ops, x, pooled)
    x = _reduce_to_17(ops, x)  # mixed 3
    for inner in (128, 160, 160, 192):  # mixed 4..7
        x = _mixed_7x7(ops, x, inner)
    x = _reduce_to_8(ops, x)  # mixed 8
    for _ in range(2):  # mixed 9, 10
        x = _mixed_expanded(ops, x)
    return x


def _stem(ops: Ops[T], x: T) -> T:
    x = ops.conv(x, 32, 3, 3, stride=2, same=False)
    x = ops.conv(x, 32, 3, 3, same=False)
    x = ops.max_pool(ops.conv(x, 64, 3, 3))
    x = ops.conv(x, 80, 1, 1, same=False)
    return ops.max_pool(ops.conv(x, 192, 3, 3, same=False))


def _mixed_5x5(ops: Ops[T], x: T, pooled: int) -> T:
    one = ops.conv(x, 64, 1, 1)
    five = ops.conv(ops.conv(x, 48, 1, 1), 64, 5, 5)
    double = ops.conv(ops.conv(x, 64, 1, 1), 96, 3, 3)
    double = ops.conv(double, 96, 3, 3)
    pool = ops.conv(ops.average_pool(x), pooled, 1, 1)
    return ops.concat([one, five, double, pool])


def _reduce_to_17(ops: Ops[T], x: T) -> T:
    three = ops.conv(x, 384, 3, 3, stride=2, same=False)
    double = ops.conv(ops.conv(x, 64, 1, 1), 96, 3, 3)
    double = ops.conv(double, 96, 3, 3, stride=2, same=False)
    return ops.concat([three, double, ops.max_pool(x)])


def _mixed_7x7(ops: Ops[T], x: T, inner: int) -> T:
    one = ops.conv(x, 192, 1, 1)
    seven = ops.conv(ops.conv(x, inner, 1, 1), inner, 1, 7)
    seven = ops.conv(seven, 192, 7, 1)
    double = ops.conv(ops.conv(x, inner, 1, 1), inner, 7, 1)
    double = ops.conv(ops.conv(double, inner, 1, 7), inner, 7, 1)
    double = ops.conv(double, 192, 1, 7)
    pool = ops.conv(ops.average_pool(x), 192, 1, 1)
    return ops.concat([one, seven, double, pool])


def _reduce_to_8(ops: Ops[T], x: T) -> T:
    three = ops.conv(ops.conv(x, 192, 1, 1), 320, 3, 3, stride=2, same=False)
    seven = ops.conv(ops.conv(x, 192, 1, 1), 192, 1, 7)
    seven = ops.conv(ops.conv(seven, 192, 7, 1), 192, 3, 3, stride=2, same=False)
    return ops.concat([three, seven, ops.max_pool(x)])


def _mixed_expanded(ops: Ops[T], x: T) -> T:
    one = ops.conv(x, 320, 1, 1)
    three = ops.conv(x, 384, 1, 1)
    three = ops.concat([ops.conv(three, 384, 1, 3), ops.conv(three, 384, 3, 1)])
    double = ops.conv(ops.conv(x, 448, 1, 1), 384, 3, 3)
    double = ops.concat([ops.conv(double, 384, 1, 3), ops.conv(double, 384, 3, 1)])
    pool = ops.conv(ops.average_pool(x), 192, 1, 1)
    return ops.concat([one, three, double, pool])


@dataclass
class _ShapeTrace:
    """Collects the kernel shapes; a tensor is represented by its number of channels."""

    kernels: list[tuple[int, int, int, int]] = field(default_factory=list)

    def conv(
        self, x: int, filters: int, height: int, width: int, *, stride: int = 1, same: bool = True
    ) -> int:
        del stride, same  # do not affect the shape of the kernel
        self.kernels.append((height, width, x, filters))
        return filters

    def max_pool(self, x: int) -> int:
        return x

    def average_pool(self, x: int) -> int:
        return x

    def concat(self, parts: list[int]) -> int:
        return sum(parts)


def kernel_shapes() -> list[tuple[int, int, int, int]]:
    """Return the shapes [height, width, in, out] of the 94 kernels in order of creation."""
    trace = _ShapeTrace()
    build(trace, 3)
    return trace.kernels


class _SideTrace:
    """Computes map sizes; a tensor is represented by the side of its square map in cells."""

    def conv(
        self, x: int, filters: int, height: int, width: int, *, stride: int = 1, same: bool = True
    ) -> int:
        del filters, width  # kernels without padding are square
        return x if same else (x - height) // stride + 1

    def max_pool(self, x: int) -> int:
        return (x - 3) // 2 + 1

    def average_pool(self, x: int) -> int:
        return x

    def concat(self, parts: list[int]) -> int:
        return parts[0]


def map_side(input_side: int) -> int:
    """Return the side of the last convolution's map in cells: 1 for an input side of 96 px, 8 for 299 px."""
    return build(_SideTrace(), input_side)

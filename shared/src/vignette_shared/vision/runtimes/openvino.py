"""Inception-v3 on a CPU with OpenVINO.

The graph is built from OpenVINO's operators: workers then need neither TensorFlow nor a converted model.
"""

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as ops

from vignette_shared.errors import ModelError
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.inception_v3 import build
from vignette_shared.vision.weights import InceptionWeights

Precision = Literal["auto", "float32", "bfloat16"]
BATCH = 32
"""Maximum images per call; more gain nothing, and take a lot of memory at 299 px."""

_OV_PRECISION = {"float32": "f32", "bfloat16": "bf16"}


@dataclass
class _Graph:
    """`inception_v3.Ops` on OpenVINO operators; tensors are NCHW."""

    weights: InceptionWeights
    _next: int = 0
    _constants: list[NDArray[np.float32]] = field(default_factory=list)

    def conv(
        self, x: Any, filters: int, height: int, width: int, *, stride: int = 1, same: bool = True
    ) -> Any:
        del filters, height, width  # `InceptionWeights` has checked the shapes
        kernel, bias = self.weights.layers[self._next].folded()
        self._next += 1
        out = ops.convolution(
            x,
            self._constant(kernel.transpose(3, 2, 0, 1)),
            [stride, stride],
            [0, 0],
            [0, 0],
            [1, 1],
            auto_pad="SAME_UPPER" if same else "VALID",
        )
        return ops.relu(ops.add(out, self._constant(bias.reshape(1, -1, 1, 1))))

    def max_pool(self, x: Any) -> Any:
        pooled = ops.max_pool(x, [2, 2], [1, 1], [0, 0], [0, 0], [3, 3], auto_pad="VALID")
        return pooled.output(0)

    def average_pool(self, x: Any) -> Any:
        return ops.avg_pool(x, [1, 1], [0, 0], [0, 0], [3, 3], exclude_pad=True, auto_pad="SAME_UPPER")

    def concat(self, parts: list[Any]) -> Any:
        return ops.concat(parts, axis=1)

    def _constant(self, array: NDArray[np.float32]) -> Any:
        # Shared, because OpenVINO copies it anyway when it compiles. The array must live until then.
        contiguous = np.ascontiguousarray(array)
        self._constants.append(contiguous)
        return ops.constant(contiguous, shared_memory=True)


def build_model(spec: BackboneSpec, graph: _Graph) -> ov.Model:
    """Return the graph from uint8[n, N, N, 3] to embeddings [n, features] and maps [n, h, w, features]."""
    side = spec.input_side
    pixels = ops.parameter([-1, side, side, 3], np.uint8, name="pixels")
    scaled = ops.subtract(ops.multiply(ops.convert(pixels, "f32"), np.float32(1 / 127.5)), np.float32(1.0))
    planes = ops.transpose(scaled, np.array([0, 3, 1, 2]))
    maps = build(graph, planes)
    embedding = ops.reduce_mean(maps, np.array([2, 3]), keep_dims=False)
    channels_last = ops.transpose(maps, np.array([0, 2, 3, 1]))
    return ov.Model(
        [ops.result(embedding, name="embedding"), ops.result(channels_last, name="maps")],
        [pixels],
        f"{spec.architecture}_{side}",
    )


def compile_network(
    core: ov.Core,
    spec: BackboneSpec,
    weights: InceptionWeights,
    precision: Precision,
    *,
    threads: int = 0,
    cache_dir: Path | None = None,
) -> tuple[ov.InferRequest, Literal["float32", "bfloat16"]]:
    """Return an inference request of the compiled graph, and the precision that it runs in."""
    chosen = _choose(core, precision)
    config: dict[str, Any] = {
        # One request at a time with all threads: throughput streams would multiply the memory.
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": 1,
        "INFERENCE_NUM_THREADS": threads or len(os.sched_getaffinity(0)),
        "INFERENCE_PRECISION_HINT": _OV_PRECISION[chosen],
        # Pinned threads of two containers, each limited to half the cores, would share the same cores.
        "ENABLE_CPU_PINNING": False,
    }
    if cache_dir is not None:
        config["CACHE_DIR"] = str(cache_dir)
    graph = _Graph(weights)
    model = build_model(spec, graph)
    return core.compile_model(model, "CPU", config).create_infer_request(), chosen


class OpenVinoBackbone:
    """A `Backbone` on OpenVINO's CPU device.

    Args:
        weights: content of the backbone's weights file.
        threads: 0 uses all cores that are available to the process.
        precision: `auto` selects bfloat16 if the processor supports it, else float32.
        cache_dir: folder for compiled graphs, which makes the next start faster.

    Raises:
        ModelDamaged: the weights do not match the architecture.
        ModelError: the precision is `bfloat16` and the processor does not support it.
    """

    def __init__(
        self,
        spec: BackboneSpec,
        weights: bytes,
        *,
        threads: int = 0,
        precision: Precision = "auto",
        cache_dir: Path | None = None,
    ) -> None:
        self._spec = spec
        self._request, self.precision = compile_network(
            ov.Core(), spec, InceptionWeights.parse(weights), precision, threads=threads, cache_dir=cache_dir
        )
        self._lock = threading.Lock()

    @property
    def spec(self) -> BackboneSpec:
        return self._spec

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        out = np.empty((len(pixels), self._spec.features), np.float32)
        for start in range(0, len(pixels), BATCH):
            with self._lock:
                self._request.infer([np.ascontiguousarray(pixels[start : start + BATCH])])
                out[start : start + BATCH] = self._request.get_output_tensor(0).data
        return out

    def feature_maps(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        with self._lock:
            self._request.infer([np.ascontiguousarray(pixels)])
            # Copied, because the next call overwrites the output tensor.
            maps: NDArray[np.float32] = self._request.get_output_tensor(1).data.copy()
        return maps


def has_bfloat16() -> bool:
    """Return whether this processor supports bfloat16 (AVX-512 BF16 or AMX)."""
    return "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _choose(core: ov.Core, precision: Precision) -> Literal["float32", "bfloat16"]:
    supported = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if precision == "auto":
        return "bfloat16" if supported else "float32"
    if precision == "bfloat16" and not supported:
        raise ModelError(
            "This processor does not support bfloat16. Set VIGNETTE_TAGGER__PRECISION to auto or float32."
        )
    return precision

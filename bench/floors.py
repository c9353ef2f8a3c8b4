"""The floor and the aim of each figure, and which floors a run misses.

Floors hold for a processor with AVX-512 and bfloat16. All are ratios or counts, which carry across machines.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CPU_INFO = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Floor:
    """The value that a figure must reach, from above or from below."""

    limit: float
    aim: float | None
    is_minimum: bool
    unit: str = ""

    def is_met_by(self, value: float) -> bool:
        return value >= self.limit if self.is_minimum else value <= self.limit

    def __str__(self) -> str:
        bound = "at least" if self.is_minimum else "at most"
        return f"{bound} {self.limit:g} {self.unit}".rstrip()


def at_least(limit: float, *, aim: float | None = None) -> Floor:
    return Floor(limit, aim, is_minimum=True)


def at_most(limit: float, *, aim: float | None = None, unit: str = "") -> Floor:
    return Floor(limit, aim, is_minimum=False, unit=unit)


FLOORS = {
    "upload_to_tags_ratio": at_most(6, aim=3),
    "embed_vs_keras": at_least(4, aim=7),
    "embed_vs_limit": at_least(0.85, aim=0.95),
    "decode_share": at_most(2.5, aim=1.5),
    "worker_rss": at_most(700, aim=450, unit="MiB"),
    "worker_ready": at_most(0.5, aim=0.25),
    "train_vs_seed": at_least(20, aim=40),
    "bottleneck_bytes": at_most(1.1, aim=1.02),
    "epochs_vs_embedding": at_most(1),
    "gateway_overhead": at_least(0.6, aim=0.8),
    "upload_rss_growth": at_most(64, aim=16, unit="MiB"),
    "feed_growth": at_most(2, aim=1.2),
    "search_growth": at_most(6, aim=3),
    "similar_recall": at_least(0.95, aim=0.99),
    "similar_growth": at_most(4, aim=2),
}
# Without bfloat16 instructions, the embedder's lead over Keras shrinks to its float32 kernels.
FLOORS_WITHOUT_BFLOAT16 = FLOORS | {"embed_vs_keras": at_least(1.5)}


def floors_for(cpu_info: str) -> dict[str, Floor]:
    """Choose the floors for a processor, given the text of /proc/cpuinfo."""
    has_bfloat16 = "avx512_bf16" in cpu_info or "amx_bf16" in cpu_info
    return FLOORS if has_bfloat16 else FLOORS_WITHOUT_BFLOAT16


def missed_floors(figures: Mapping[str, float], floors: Mapping[str, Floor]) -> list[str]:
    """Return one line for each figure that misses its floor; figures without a floor are informative."""
    return [
        f"{key} is {figures[key]:.3g}, must be {floor}"
        for key, floor in floors.items()
        if key in figures and not floor.is_met_by(figures[key])
    ]

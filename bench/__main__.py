"""`make bench`: measure, print a table, write bench/results.json.

`ONLY=training,vision` measures these groups alone and leaves the others' figures as they stand; `measured`
says when each group was.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import (
    database_figures,
    gateway_figures,
    similar_figures,
    stack_figures,
    training_figures,
    upload_figures,
    vision_figures,
)

RESULTS = Path(__file__).parent / "results.json"
# key -> (what must hold, what we aim at); from the quality page of the design.
FLOORS = {
    "upload_to_tags_ratio": ("< 8", "3"),
    "embed_vs_keras": ("> 4", "7"),
    "embed_vs_limit": ("> 0.85", "0.95"),
    "decode_share": ("< 2.5", "1.5"),
    "worker_rss": ("< 700 MiB", "450"),
    "worker_ready": ("< 0.5", "0.25"),
    "train_vs_seed": ("> 20", "40"),
    "bottleneck_bytes": ("< 1.1", "1.02"),
    "epochs_vs_embedding": ("< 1", ""),
    "epochs_vs_embedding_baseline": ("", ""),
    "gateway_overhead": ("> 0.6", "0.8"),
    "upload_rss_growth": ("< 64 MiB", "16"),
    "feed_growth": ("< 2", "1.2"),
    "search_growth": ("< 6", "3"),
    "similar_recall": ("> 0.95", "0.99"),
    "similar_growth": ("< 4", "2"),
}


GROUPS = {
    "vision": vision_figures.measure,
    "stack": stack_figures.measure,
    "upload": upload_figures.measure,
    "gateway": gateway_figures.measure,
    "database": database_figures.measure,
    "similar": similar_figures.measure,
    "training": training_figures.measure,
}


def main() -> None:
    chosen = [name for name in os.environ.get("ONLY", "").split(",") if name] or list(GROUPS)
    if unknown := sorted(set(chosen) - set(GROUPS)):
        raise SystemExit(f"There is no group {unknown[0]}: ONLY takes {', '.join(GROUPS)}.")
    kept = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {"at": None, "figures": {}}
    figures: dict[str, float] = kept["figures"]
    measured = dict.fromkeys(GROUPS, kept["at"]) | kept.get("measured", {})
    for name in chosen:
        figures |= GROUPS[name]()
        measured[name] = datetime.now(UTC).isoformat(timespec="seconds")
    table = Table("key", "measured", "must be", "aim", title="make bench")
    for key, value in figures.items():
        floor, aim = FLOORS.get(key, ("", ""))
        table.add_row(key, f"{value:.3g}", floor, aim)
    Console().print(table)
    body = {"at": max(filter(None, measured.values())), "measured": measured, "figures": figures}
    RESULTS.write_text(json.dumps(body, indent=1) + "\n")


if __name__ == "__main__":
    main()

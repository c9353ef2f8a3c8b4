"""`make bench`: measure, print a table, write bench/results.json, and fail on a missed floor.

`ONLY=training,vision` measures these groups alone and keeps the figures of the others. `measured` in the
results says when each group ran.
"""

import json
import os
import sys
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
from bench.floors import CPU_INFO, floors_for, missed_floors

RESULTS = Path(__file__).parent / "results.json"

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
        raise SystemExit(f"bench: unknown group {unknown[0]}; ONLY accepts {', '.join(GROUPS)}")
    previous = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {"at": None, "figures": {}}
    measured = dict.fromkeys(GROUPS, previous["at"]) | previous.get("measured", {})
    figures: dict[str, float] = {}
    for name in chosen:
        figures |= GROUPS[name]()
        measured[name] = datetime.now(UTC).isoformat(timespec="seconds")
    floors = floors_for(CPU_INFO.read_text())
    everything = previous["figures"] | figures
    table = Table("key", "measured", "must be", "aim", title="make bench")
    for key, value in everything.items():
        floor = floors.get(key)
        aim = f"{floor.aim:g}" if floor and floor.aim is not None else ""
        table.add_row(key, f"{value:.3g}", str(floor or ""), aim)
    Console().print(table)
    body = {"at": max(filter(None, measured.values())), "measured": measured, "figures": everything}
    RESULTS.write_text(json.dumps(body, indent=1) + "\n")
    # Only what this run measured: an old figure of another group is not this run's failure.
    missed = missed_floors(figures, floors)
    for line in missed:
        sys.stderr.write(f"bench: {line}\n")
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()

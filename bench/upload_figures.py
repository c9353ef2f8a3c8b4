"""The memory that servers take for large uploads."""

import statistics
import tempfile
from functools import partial
from pathlib import Path

from tests.support.stack.load import UNLIMITED, Memory, at_once, large_file, post_file
from tests.support.stack.site import Site, running_site

CLIENTS = 8
RUNS = 5
SERVERS = ("gateway", "photos-api")


def measure() -> dict[str, float]:
    """Start a stack and return the figures by key."""
    with (
        tempfile.TemporaryDirectory(prefix="vignette-bench-") as folder,
        running_site(Path(folder) / "state", UNLIMITED) as site,
    ):
        # Its work would disturb the measurement, which is about receiving files.
        site.control("stop", "tagger-worker")
        first, *warm = (sum(growth_mib(site, Path(folder), run).values()) for run in range(RUNS + 1))
    # The first upload includes what the servers load once.
    return {"upload_rss_growth": statistics.median(warm), "upload_rss_growth_first_mib": first}


def growth_mib(site: Site, folder: Path, run: int) -> dict[str, float]:
    """Upload 100 MB by each of 8 clients at once; return the peak growth of each server in MiB."""
    accounts = [site.sign_up(f"bench{number}") for number in range(CLIENTS)]
    files = [large_file(folder, run * CLIENTS + number) for number in range(CLIENTS)]
    memories = {name: Memory(site.pid(name)) for name in SERVERS}
    at_once([partial(post_file, account, file) for account, file in zip(accounts, files, strict=True)])
    for file in files:
        file.unlink()
    return {name: memory.growth_mib() for name, memory in memories.items()}

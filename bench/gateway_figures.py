"""The overhead of the gateway: GET /photos through it, compared with the photos service itself."""

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.pictures import make_jpeg
from tests.support.stack.site import Account, Site, running_site

from vignette_shared.contracts.identity import ANONYMOUS, IDENTITY_HEADER, sign_identity

PHOTOS = 20
CLIENTS = 16
SECONDS = 2.0
ROUNDS = 5
# Rate limits stay on: counting requests is part of the overhead.
COUNTING = {"VIGNETTE_LIMITS__READS_PER_MINUTE": "100000000"}
PATH = "/api/v1/photos?limit=20"


def measure() -> dict[str, float]:
    """Start a stack and return the figures by key."""
    through, straight = [], []
    with (
        tempfile.TemporaryDirectory(prefix="vignette-bench-") as folder,
        running_site(Path(folder) / "state", COUNTING) as site,
    ):
        account = site.sign_up("bench")
        fill(account)
        behind = f"http://127.0.0.1:{photos_port(site)}"
        signed = {IDENTITY_HEADER: sign_identity(ANONYMOUS, site.layout.internal_key.read_text().strip())}
        # They take turns, so other load affects both; the first round warms up.
        for _ in range(ROUNDS + 1):
            through.append(requests_per_second(site.address, {}))
            straight.append(requests_per_second(behind, signed))
    through, straight = through[1:], straight[1:]
    return {
        "gateway_overhead": statistics.median(through) / statistics.median(straight),
        "gateway_requests_per_s": statistics.median(through),
        "photos_requests_per_s": statistics.median(straight),
    }


def fill(account: Account) -> None:
    uploaded = [account.upload(make_jpeg(320, 240, number)).json() for number in range(PHOTOS)]
    for photo in uploaded:
        account.wait_until_done(photo["id"])


def photos_port(site: Site) -> int:
    """Return the port of the photos service."""
    port: int = json.loads(site.layout.ports.read_text())["photos"]
    return port


def requests_per_second(address: str, headers: dict[str, str]) -> float:
    """Send requests on `CLIENTS` connections, one at a time on each."""
    return asyncio.run(_load(address, headers))


async def _load(address: str, headers: dict[str, str]) -> float:
    where = urlsplit(address)
    lines = [f"GET {PATH} HTTP/1.1", "Host: bench", *(f"{name}: {value}" for name, value in headers.items())]
    request = "\r\n".join([*lines, "", ""]).encode()
    until = time.perf_counter() + SECONDS
    began = time.perf_counter()
    counts = await asyncio.gather(
        *(_client(where.hostname, where.port, request, until) for _ in range(CLIENTS))
    )
    return sum(counts) / (time.perf_counter() - began)


async def _client(host: str | None, port: int | None, request: bytes, until: float) -> int:
    # A bare connection: an HTTP client would compete with the servers for the CPU.
    reader, writer = await asyncio.open_connection(host, port)
    answered = 0
    while time.perf_counter() < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        answered += 1
    writer.close()
    await writer.wait_closed()
    return answered

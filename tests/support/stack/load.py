"""Load: sites without rate limits, large files, concurrent calls, memory and CPU of processes."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import httpx
from tests.support.patience import COMMAND_S, WAIT_S
from tests.support.pictures import make_jpeg
from tests.support.stack.site import Account

UNLIMITED = {
    f"VIGNETTE_LIMITS__{name}": "0"
    for name in (
        "UPLOADS_PER_MINUTE",
        "WRITES_PER_MINUTE",
        "READS_PER_MINUTE",
        "TRANSFERS_PER_MINUTE",
        "LOGINS_PER_MINUTE",
        "LOGINS_PER_ACCOUNT",
        "REGISTRATIONS_PER_MINUTE",
    )
}
"""all rate limits off: these tests send in a minute what people send in a day"""
MIB = 1024 * 1024
LARGE = 100_000_000
"""bytes"""
TUS = {"Tus-Resumable": "1.0.0"}
T = TypeVar("T")


def large_file(folder: Path, number: int, size: int = LARGE) -> Path:
    """Make a JPEG followed by zeros, which decoders ignore and sparse files don't store."""
    path = folder / f"large-{number}.jpg"
    path.write_bytes(make_jpeg(320, 240, number) + f"{number}".encode())
    os.truncate(path, size)
    return path


def post_file(account: Account, path: Path) -> None:
    """Upload as a multipart form, streamed from disk."""
    with path.open("rb") as file:
        answer = account.client.post("/photos", files={"file": (path.name, file)}, timeout=COMMAND_S)
    assert answer.status_code == 201, answer.text


def patch_file(account: Account, path: Path, chunk: int = 32 * MIB) -> None:
    """Upload by tus."""
    size = path.stat().st_size
    created = account.client.post("/uploads", headers=TUS | {"Upload-Length": str(size)})
    url = httpx.URL(account.client.base_url).join(created.headers["location"])
    headers = TUS | {"Content-Type": "application/offset+octet-stream"}
    with path.open("rb") as file:
        while piece := file.read(chunk):
            offset = str(file.tell() - len(piece))
            answer = account.client.patch(
                url, content=piece, headers=headers | {"Upload-Offset": offset}, timeout=COMMAND_S
            )
            assert answer.status_code == 204, answer.text
    assert answer.headers["photo-id"]


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Run all actions at the same moment, each in a thread."""
    barrier = Barrier(len(acts))

    def wait_and(act: Callable[[], T]) -> T:
        barrier.wait(WAIT_S)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(wait_and, act) for act in acts]]


@dataclass
class Memory:
    """Peak growth of a process's resident memory from now on."""

    pid: int

    def __post_init__(self) -> None:
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")  # resets the high-water mark
        self._before = self._read("VmRSS")

    def growth_mib(self) -> float:
        return (self._read("VmHWM") - self._before) / 1024

    def _read(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(name)).split()[1])


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process and its descendants, ended ones included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    # utime, stime, cutime, cstime of proc(5), counted from the state
    own = sum(int(value) for value in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    threads = [path for path in Path(f"/proc/{pid}/task").iterdir() if path.name != str(pid)]
    for thread in threads:
        children += (thread / "children").read_text().split()
    return own + sum(cpu_seconds(int(child)) for child in children)

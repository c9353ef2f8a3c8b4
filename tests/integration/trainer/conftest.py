"""A disk that is nearly full, and pictures that differ."""

import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """66 MiB: two more than the trainer leaves free."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=66m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this system lets nobody mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def patchwork(seed: int) -> bytes:
    """A picture that looks like none of another seed."""
    cells = np.random.default_rng(seed).integers(0, 255, (8, 9), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(cells).resize((72, 64), Image.Resampling.BOX).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


def fill_up(path: Path) -> None:
    """Take all that is left of a disk, as somebody else's file."""
    with path.open("wb") as stream:
        size = 0
        for step in (2**20, 2**12):
            while True:
                try:
                    os.posix_fallocate(stream.fileno(), size, step)
                except OSError:
                    break
                size += step

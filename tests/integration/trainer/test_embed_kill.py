"""`embed` killed at any moment keeps what is finished, and the next call does the rest."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.support.patience import COMMAND_S, WAIT_S
from tests.support.waiting import wait_until

from vignette_shared.vision.shards import parse_shard

pytestmark = pytest.mark.integration

REGISTRY = Path(__file__).resolve().parents[3] / "shared" / "starter"
IMAGES = 2600
"""More than a shard: one is finished while another is in the making."""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(0)
    entries = []
    for number in range(IMAGES):
        pixels = Image.fromarray(rng.integers(0, 255, (6, 6, 3), np.uint8)).resize((32, 32))
        buffer = io.BytesIO()
        pixels.save(buffer, "JPEG", quality=70)
        (folder / f"{number}.jpg").write_bytes(buffer.getvalue())
        entries.append({"image": f"{number}.jpg", "annotation": ["x"]})
    (folder / "3.jpg").write_bytes(b"rot")
    (folder / "annotations.json").write_text(json.dumps(entries))
    return folder


def command(data: Path, work: Path) -> list[str]:
    places = ["--data", str(data), "--work", str(work), "--registry", str(REGISTRY)]
    return [sys.executable, "-m", "trainer.cli", "embed", *places, "--backbone", "starter", "--json"]


def test_killed_embed_resumes(dataset: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        command(dataset, tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    # Killed once the first shard is there, or in the middle of its being written.
    wait_until(
        lambda: process.poll() is not None or bool(list(tmp_path.rglob("*.safetensors*"))),
        "the first shard",
        seconds=COMMAND_S,
        pause_s=0.002,
    )
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(WAIT_S) == -signal.SIGKILL
    kept = sum(len(parse_shard(path.read_bytes(), 2048)) for path in tmp_path.rglob("*.safetensors"))
    done = subprocess.run(
        command(dataset, tmp_path), capture_output=True, text=True, check=False, timeout=COMMAND_S
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["images"] == IMAGES - 1
    assert figures["embedded"] == IMAGES - 1 - kept
    assert figures["skipped"] == 1
    assert figures["bytes_per_image"] <= 2.1 * 2048
    (skipped,) = json.loads((Path(figures["folder"]) / "skipped.json").read_text()).values()
    assert skipped["image"] == "3.jpg"


def test_unknown_backbone_prints_one_line_and_exits_2(dataset: Path, tmp_path: Path) -> None:
    arguments = [*command(dataset, tmp_path), "--backbone", "nobody's"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=COMMAND_S)
    assert done.returncode == 2
    assert "nobody's" in done.stderr
    assert "Traceback" not in done.stderr

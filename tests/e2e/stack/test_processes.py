"""What each process imports and how much memory it needs."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.pictures import make_jpeg
from tests.support.stack.site import Site

pytestmark = pytest.mark.e2e

WORKER_LIMIT_MIB = 700


def mapped_files(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text()


@pytest.mark.parametrize(
    "process", ["gateway", "photos-api", "photos-worker", "tagger-worker", "trainer-worker"]
)
def test_no_running_process_has_tensorflow_loaded(site: Site, process: str) -> None:
    assert "site-packages/tensorflow/" not in mapped_files(site.pid(process))


@pytest.mark.parametrize("process", ["gateway", "photos-api", "photos-worker"])
def test_only_the_tagger_has_openvino_loaded(site: Site, process: str) -> None:
    assert "site-packages/openvino/" not in mapped_files(site.pid(process))


@pytest.mark.parametrize("module", ["gateway.main", "photos.main", "photos.worker", "photos.cli"])
def test_imports_load_no_inference_library(module: str) -> None:
    heavy = {"tensorflow", "keras", "openvino", "numpy", "vignette_shared.vision"}
    code = f"import sys, {module}; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_tagger_memory_stays_bounded_at_work(site: Site) -> None:
    account = site.sign_up("weigher")
    ids = [account.upload(make_jpeg(1600, 1200, 100 + shift)).json()["id"] for shift in range(20)]
    assert {account.wait_until_done(photo_id)["status"] for photo_id in ids} == {"tagged"}
    status = Path(f"/proc/{site.pid('tagger-worker')}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    assert peak < WORKER_LIMIT_MIB

"""`publish-starter`, and the modules that the worker must not import."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.patience import COMMAND_S, WAIT_S

STARTER = Path(__file__).resolve().parents[3] / "shared" / "starter"


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VIGNETTE_")}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env={**clean, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_S,
    )


def publish(registry: Path, starter: Path = STARTER) -> subprocess.CompletedProcess[str]:
    return run(
        "tagger_worker.cli",
        "publish-starter",
        VIGNETTE_REGISTRY__URL=registry.as_uri(),
        VIGNETTE_REGISTRY__STARTER=str(starter),
    )


def test_the_starter_is_published_once(tmp_path: Path) -> None:
    first, second = publish(tmp_path), publish(tmp_path)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "Published the starter model" in first.stdout
    assert "nothing to do" in second.stdout


def test_missing_starter_prints_one_line_and_exits_2(tmp_path: Path) -> None:
    done = publish(tmp_path / "registry", starter=tmp_path / "nowhere")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert str(tmp_path / "nowhere") in done.stderr


def test_missing_setting_is_named() -> None:
    done = run("tagger_worker.cli", "publish-starter")
    assert done.returncode == 2
    assert "VIGNETTE_REGISTRY" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("module", ["tagger_worker.worker", "tagger_worker.cli", "trainer.worker"])
def test_workers_import_no_tensorflow(module: str) -> None:
    program = (
        f"import sys, {module}; print({{'tensorflow', 'keras', 'sqlalchemy', 'fastapi'}} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=WAIT_S
    )
    assert done.stdout.strip() == "set()"


def test_worker_without_a_model_does_not_start(tmp_path: Path) -> None:
    done = run(
        "tagger_worker.worker",
        VIGNETTE_BROKER__URL="redis://127.0.0.1:1/0",
        VIGNETTE_REGISTRY__URL=(tmp_path / "registry").as_uri(),
        VIGNETTE_STORAGE__URL=(tmp_path / "blobs").as_uri(),
        VIGNETTE_STORAGE__STAGING=str(tmp_path / "staging"),
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "make publish-starter" in done.stderr

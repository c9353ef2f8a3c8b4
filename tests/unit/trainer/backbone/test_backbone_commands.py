"""The backbone commands: listing, errors and their remedies."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.patience import COMMAND_S

from trainer.backbone.pretraining.backend import require_backend
from trainer.errors import TrainingFailed

STARTER = Path(__file__).resolve().parents[4] / "shared" / "starter"


def run(*arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trainer.cli", *map(str, arguments)],
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_S,
    )


def test_list_shows_full_names_on_a_narrow_terminal() -> None:
    done = run("backbone", "list", "--registry", STARTER, COLUMNS="80")
    assert done.returncode == 0, done.stderr
    _, row = done.stdout.splitlines()
    assert row.split()[:5] == ["1371fe87021aa967", "starter", "96", "px", "centre_square"]
    assert len(row) <= 80


def test_empty_registry_error_names_the_remedy(tmp_path: Path) -> None:
    done = run("backbone", "list", "--registry", tmp_path)
    assert "has no backbones. Import one" in done.stdout
    assert run("backbone", "list", "--registry", tmp_path, "--json").stdout.strip() == "[]"


def test_unsupported_backend_is_rejected_before_reading_data(tmp_path: Path) -> None:
    places = ("--data", tmp_path / "nothing", "--registry", tmp_path, "--work", tmp_path / "work")
    done = run("backbone", "pretrain", *places, KERAS_BACKEND="numpy")
    assert done.returncode == 2
    assert done.stderr == "KERAS_BACKEND is 'numpy', which can't train: use tensorflow, jax or torch.\n"
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_missing_backend_names_the_package_to_install(backend: str) -> None:
    with pytest.raises(TrainingFailed, match=rf"`pip install {backend}`, or unset KERAS_BACKEND"):
        require_backend(backend, is_installed=lambda _: False)
    require_backend(backend, is_installed=lambda module: module == backend)


def test_missing_tensorflow_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    with pytest.raises(TrainingFailed, match=r"`pip install tensorflow-cpu`\.$"):
        require_backend(is_installed=lambda _: False)

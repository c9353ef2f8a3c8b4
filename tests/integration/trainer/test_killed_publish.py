"""kill -9 at every write of a publish: the old version keeps serving."""

import json
import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import IO

import pytest
from tests.support.patience import COMMAND_S
from tests.support.trainer.versions import figures, measured_run, publish_backbone

from trainer.release.promotion import promote, verify
from trainer.release.publish import publish_run
from trainer.runs.storage import read_run
from vignette_shared.errors import ProductionMoved
from vignette_shared.registry import Registry
from vignette_shared.storage import ObstoreBlobs, open_store

pytestmark = pytest.mark.reliability


class DyingStore:
    """Kills its process in the middle of the `last`-th write, half of which lies where stores write first."""

    def __init__(self, inner: ObstoreBlobs, root: Path, last: int) -> None:
        self._inner, self._root, self._left = inner, root, last

    def put(self, key: str, data: bytes | Path | IO[bytes], *, replace: bool = False) -> bool:
        self._left -= 1
        if self._left == 0:
            body = data.read_bytes() if isinstance(data, Path) else bytes(data)  # type: ignore[arg-type]
            half = self._root / f"{key}#1"
            half.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(body[: len(body) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return self._inner.put(key, data, replace=replace)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


def publish_and_promote(registry: Registry, run: Path) -> str:
    version = publish_run(registry, read_run(run), by="test").version
    return promote(registry, version, by="test").version


def test_publish_killed_at_any_write_keeps_the_old_version(tmp_path: Path) -> None:
    root = tmp_path / "registry"
    registry = Registry(open_store(root.as_uri()))
    publish_backbone(registry)
    old = publish_and_promote(registry, measured_run(tmp_path / "old", figures()).folder)
    outcomes = []
    for last in count(1):
        run = measured_run(tmp_path / f"new{last}", figures(), bias=last).folder
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.integration.trainer.test_killed_publish",
                str(root),
                str(run),
                str(last),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_S,
        )
        serving = registry.production().version
        for version in registry.versions():
            verify(registry, version)
        if done.returncode == 0:
            assert serving == json.loads(done.stdout)
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        outcomes.append(serving == old)
        try:
            # A killed publish can be repeated over its leftovers ...
            old = publish_and_promote(registry, run)
        except ProductionMoved:
            # ... or is refused while the killed one might still be writing.
            assert serving == old
            registry.store.delete(next(iter(reversed(list(registry.store.list("models/history"))))))
    # head, labels, metrics, manifest, candidate, history, production; at `previous` the new one serves.
    assert outcomes == [True] * 7 + [False]


if __name__ == "__main__":
    place, folder, write = sys.argv[1:]
    dying = DyingStore(open_store(Path(place).as_uri()), Path(place), int(write))  # type: ignore[arg-type]
    sys.stdout.write(json.dumps(publish_and_promote(Registry(dying), Path(folder))))  # type: ignore[arg-type]

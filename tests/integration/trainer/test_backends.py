"""A real Inception-v3 trains for a few steps on each installed Keras backend."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.patience import COMMAND_S

pytestmark = [pytest.mark.reliability, pytest.mark.tensorflow]
STARTER = Path(__file__).resolve().parents[3] / "shared" / "starter"
STEPS = 6
TOP_BLOCKS = 2
FROZEN = 94 - 18
"""Convolutions below the last two blocks."""


@pytest.fixture(params=["tensorflow", "jax", "torch"])
def learnt(request: pytest.FixtureRequest) -> dict[str, Any]:
    backend: str = request.param
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.trainer.test_backends"],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * COMMAND_S,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["backend"] == backend
    return found


@pytest.mark.timeout(600)  # half a minute on an idle machine
def test_only_the_top_blocks_change(learnt: dict[str, Any]) -> None:
    losses = learnt["losses"]
    assert len(losses) == STEPS
    assert losses[-1] < losses[0], "the same batch again and again must be learnt"
    assert learnt["changed"] == list(range(FROZEN, 94))
    assert learnt["averaged_differs"], "what is measured is the mean of the weights, not where they are now"
    assert learnt["untouched_by_measuring"]


def _main() -> None:
    import keras  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    from trainer.backbone.pretraining.config import PretrainConfig  # noqa: PLC0415
    from trainer.backbone.pretraining.material import Targets  # noqa: PLC0415
    from trainer.backbone.pretraining.network import Network  # noqa: PLC0415
    from vignette_shared.registry import Registry  # noqa: PLC0415
    from vignette_shared.storage import open_read_only  # noqa: PLC0415
    from vignette_shared.vision.backbone import WEIGHTS_FILE  # noqa: PLC0415
    from vignette_shared.vision.runtimes.tensorflow import extract_weights  # noqa: PLC0415
    from vignette_shared.vision.weights import InceptionWeights  # noqa: PLC0415

    registry = Registry(open_read_only(STARTER))
    body = registry.backbone_file(registry.production().backbone, WEIGHTS_FILE)
    start = InceptionWeights.parse(body)
    config = PretrainConfig(
        input_side=75, batch=8, top_blocks=TOP_BLOCKS, learning_rate=1e-3, ema=0.9, warmup=0
    )
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (8, 75, 75, 3), np.uint8)
    targets = Targets(
        (rng.random((8, 3)) < 0.5).astype(np.float32), rng.normal(size=(8, 4)).astype(np.float32)
    )
    network = Network(config, labels=3, embeddings=4)
    network.begin_at(start)
    network.fit_outputs(rng.random((8, 2048)), targets, seed=0)
    network.compile(config, STEPS)
    y = network.targets(targets)
    losses = [float(np.ravel(network.model.train_on_batch(x, y))[0]) for _ in range(STEPS)]
    now = extract_weights(network._net)
    averaged = network.averaged()
    changed = [
        place
        for place, (old, new) in enumerate(zip(start, averaged, strict=True))
        if (old.kernel != new.kernel).any() or (old.moving_mean != new.moving_mean).any()
    ]
    last = averaged.layers[-1].kernel
    facts = {
        "backend": keras.backend.backend(),
        "losses": losses,
        "changed": changed,
        "averaged_differs": bool((last != now.layers[-1].kernel).any()),
        "untouched_by_measuring": extract_weights(network._net).dump() == now.dump(),
    }
    sys.stdout.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    _main()

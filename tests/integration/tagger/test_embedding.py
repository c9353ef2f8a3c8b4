"""Distributed embedding: shards over a real Redis, with one worker killed during a shard."""

import io
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.support.patience import COMMAND_S

from trainer.dataset import Dataset
from trainer.embedding.bottlenecks import Cache, embed_dataset
from trainer.embedding.distribution import Distribution
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.loading import RuntimeOptions, load_backbone

from .conftest import TaggerProcess

pytestmark = pytest.mark.integration

IMAGES = 300
DAMAGED = "7.jpg"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Noise on flat colours, one file damaged."""
    rng = np.random.default_rng(0)
    files = {}
    for number in range(IMAGES):
        pixels = rng.integers(0, 255, (12, 12, 3), np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(pixels).resize((100, 100)).save(buffer, "JPEG", quality=80)
        files[f"{number}.jpg"] = buffer.getvalue()
    files[DAMAGED] = b"rot"
    return Dataset(tuple(files), ("x",), np.ones((IMAGES, 1), np.bool_), files.__getitem__)


def test_shard_of_a_dead_worker_is_redone_and_merged(
    tagger: TaggerProcess, dataset: Dataset, tmp_path: Path
) -> None:
    fingerprint = tagger.registry.production().backbone
    spec = BackboneSpec.from_manifest(tagger.registry.backbone(fingerprint))
    cache = Cache(tmp_path / "cache", spec)
    done: list[int] = []
    work = Distribution(tagger.registry, cache, spec, tagger.publisher, tagger.client)
    thread = threading.Thread(target=work.embed, args=(dataset, done.append))
    thread.start()
    tagger.kill_with_a_message_in_hand()
    tagger.start()
    thread.join(COMMAND_S)
    assert not thread.is_alive()
    assert sum(done) == IMAGES
    assert len(cache.rows) == IMAGES - 1
    assert [story["image"] for story in cache.skipped.values()] == [DAMAGED]
    # Nothing that only travelled is left, and nothing is left to do for one who embeds alone.
    assert list(tagger.registry.store.list("bottlenecks")) == []
    backbone = load_backbone(tagger.registry, fingerprint, RuntimeOptions(precision="float32"))
    found = embed_dataset(dataset, backbone, tmp_path / "cache")
    alone = embed_dataset(dataset.take(np.arange(6)), backbone, tmp_path / "another")
    norms = np.linalg.norm(found.embeddings[:6].astype(float), axis=1) * np.linalg.norm(
        alone.embeddings.astype(float), axis=1
    )
    cosines = (found.embeddings[:6].astype(float) * alone.embeddings).sum(axis=1) / norms
    assert cosines.min() > 0.99  # the worker may compute in bfloat16

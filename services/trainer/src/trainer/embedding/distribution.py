"""Embed a dataset on the tagger workers: send shards over the queue, merge them into the local cache."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from redis.exceptions import RedisError

from trainer.dataset import Dataset
from trainer.embedding.bottlenecks import Cache, missing_images
from trainer.errors import TrainingFailed
from trainer.support.progress import CountCallback
from vignette_shared.contracts.tasks import EMBED_IMAGES, EmbedImages
from vignette_shared.errors import BlobMissing, BrokerUnavailable, ModelDamaged
from vignette_shared.observability.logs import get_logger
from vignette_shared.queue.publisher import Publisher
from vignette_shared.queue.replies import new_reply_key
from vignette_shared.registry import Registry
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.shards import dump_images, shard_name

log = get_logger(__name__)

# Images per task: seconds of work, far below the task's time limit on a slow machine.
IMAGES = 128
# Tasks in flight: enough for many workers, few enough not to fill the store.
AHEAD = 16
# Seconds without a reply before all tasks in flight are sent again.
# The broker redelivers a dead worker's task after 60 s, so only a task that the broker lost is sent twice.
PATIENCE_S = 180.0
# Rounds of resending before giving up.
ROUNDS = 3


@dataclass
class Distribution:
    """Sends embedding tasks and merges the shards that come back.

    Attributes:
        client: receives the replies; its socket timeout must exceed one second.
    """

    registry: Registry
    cache: Cache
    spec: BackboneSpec
    publisher: Publisher
    client: "redis.Redis"
    patience_s: float = PATIENCE_S
    clock: Callable[[], float] = time.monotonic
    _in_flight: dict[str, EmbedImages] = field(default_factory=dict)
    _names: dict[str, dict[str, str]] = field(default_factory=dict)

    def embed(self, dataset: Dataset, progress: CountCallback) -> None:
        """Embed the images that the cache lacks.

        Raises:
            TrainingFailed: no worker replied for several rounds, or one can't use the backbone.
            BrokerUnavailable, StorageError: Redis or the registry can't be reached.
        """
        part: dict[str, bytes] = {}
        names: dict[str, str] = {}
        try:
            for name, sha256, body in missing_images(dataset, self.cache, progress):
                part[sha256], names[sha256] = body, name
                if len(part) == IMAGES:
                    self._send(part, names)
                    part, names = {}, {}
                    self._collect(AHEAD - 1, progress)
            if part:
                self._send(part, names)
            self._collect(0, progress)
        finally:
            for job in self._in_flight.values():
                self._delete_blobs(job)

    def _send(self, part: dict[str, bytes], names: dict[str, str]) -> None:
        shard = shard_name(list(part))
        folder = f"bottlenecks/{self.spec.fingerprint}"
        job = EmbedImages(
            backbone=self.spec.fingerprint,
            images_key=f"{folder}/images/{shard}.safetensors",
            shard_key=f"{folder}/{shard}.safetensors",
            reply_key=new_reply_key(),
        )
        self.registry.store.put(job.images_key, dump_images(part), replace=True)
        # Before sending: if that fails, `embed` deletes the images that are already stored.
        self._in_flight[job.reply_key], self._names[job.reply_key] = job, names
        self.publisher.send(EMBED_IMAGES, job)

    def _collect(self, most: int, progress: CountCallback) -> None:
        """Merge replies until at most `most` tasks are in flight."""
        last_reply, rounds = self.clock(), 0
        while len(self._in_flight) > most:
            try:
                # `blpop` waits on all reply keys at once, because workers finish in any order.
                # One second: a longer wait would delay Ctrl-C and the resending of lost tasks.
                reply: Any = self.client.blpop(list(self._in_flight), timeout=1)
            except RedisError as error:
                raise BrokerUnavailable(
                    "Redis does not answer. The shards received so far are kept."
                ) from error
            if reply is not None:
                self._merge(reply[0].decode(), json.loads(reply[1]), progress)
                last_reply, rounds = self.clock(), 0
            elif self.clock() - last_reply > self.patience_s:
                rounds += 1
                if rounds > ROUNDS:
                    raise TrainingFailed("No tagger worker replies: start one, then run the command again.")
                log.warning("embed_tasks_resent", shards=len(self._in_flight))
                # With the same reply keys: a late reply to the first message counts, too.
                for job in self._in_flight.values():
                    self.publisher.send(EMBED_IMAGES, job)
                last_reply = self.clock()

    def _merge(self, reply_key: str, reply: dict[str, Any], progress: CountCallback) -> None:
        job, names = self._in_flight[reply_key], self._names[reply_key]
        if "error" in reply:
            raise TrainingFailed(f"A tagger worker can't embed images: {reply['error']['detail']}")
        if reply["embedded"]:
            try:
                shard = self.registry.store.get(job.shard_key)
                self.cache.add_shard(shard, Path(job.shard_key).stem)
            except (BlobMissing, ModelDamaged) as error:
                log.warning("embed_task_resent", shard=job.shard_key, reason=error.detail)
                self.publisher.send(EMBED_IMAGES, job)
                return
        if skipped := reply["skipped"]:
            self.cache.skip({sha256: {"image": names[sha256], **why} for sha256, why in skipped.items()})
        del self._in_flight[reply_key], self._names[reply_key]
        self._delete_blobs(job)
        progress(len(names))

    def _delete_blobs(self, job: EmbedImages) -> None:
        """Delete a task's blobs: the registry only transports them, the local cache keeps the embeddings."""
        self.registry.store.delete(job.images_key)
        self.registry.store.delete(job.shard_key)

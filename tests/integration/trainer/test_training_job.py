"""The trainer's worker on a real Redis: each training runs once."""

import json
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery
from redis.backoff import NoBackoff
from redis.retry import Retry
from tests.support.patience import WAIT_S
from tests.support.redis_server import RedisServer

from trainer.errors import DatasetError, TrainingCancelled, TrainingFailed, TrainingHeld
from trainer.jobs.lease import lease
from trainer.jobs.pipeline_process import PipelineProcess, ProgressCallback, StopReason
from trainer.jobs.training_job import TrainingJobs
from trainer.tasks import register
from vignette_shared.contracts.gate import GateVerdict
from vignette_shared.contracts.tasks import (
    TRAIN_MODEL,
    ModelPublished,
    Payload,
    RecordTraining,
    TaskSpec,
    TrainModel,
)
from vignette_shared.contracts.trainings import TrainingResult, cancel_key
from vignette_shared.errors import BrokerUnavailable, ModelMissing, VignetteError
from vignette_shared.queue.app import make_celery
from vignette_shared.registry import Registry
from vignette_shared.settings import BrokerSettings
from vignette_shared.storage import open_store

from .conftest import patchwork

pytestmark = pytest.mark.integration
STARTER = Path(__file__).resolve().parents[3] / "shared" / "starter"


@pytest.fixture
def client(redis_url: str) -> "redis.Redis":
    return redis.Redis.from_url(redis_url)


def test_lease_excludes_others_until_released(client: "redis.Redis") -> None:
    with lease(client, "t1"), pytest.raises(TrainingHeld), lease(client, "t1"):
        pass
    with lease(client, "t1"):
        pass
    assert client.keys("lease:*") == []


def test_lease_is_extended_while_held(client: "redis.Redis") -> None:
    with lease(client, "t1", lifetime_s=0.3) as lost:
        assert not lost.wait(0.9)
        assert client.exists("lease:t1")


def test_lost_lease_is_detected_and_the_new_holder_kept(client: "redis.Redis") -> None:
    with lease(client, "t1", lifetime_s=0.3) as lost:
        client.set("lease:t1", "someone else")
        assert lost.wait(WAIT_S)
    assert client.get("lease:t1") == b"someone else"


def test_lease_is_reacquired_after_redis_loses_its_data(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    server.start()
    with redis.Redis.from_url(server.url) as client:
        with lease(client, "t1", lifetime_s=0.6) as lost:
            server.stop()
            server.start()
            while not client.exists("lease:t1"):
                assert not lost.wait(0.05)
            with pytest.raises(TrainingHeld), lease(client, "t1"):
                pass
        assert client.keys("lease:*") == []
    server.stop()


class ScriptedPipeline(PipelineProcess):
    """Reports two phases and ends as scripted, instead of training."""

    script: "Script"

    def run(
        self, config: dict[str, Any], stop_reason: StopReason, on_progress: ProgressCallback = lambda *_: None
    ) -> TrainingResult:
        return self.script.run(config, stop_reason, on_progress)


@dataclass
class Script:
    promoted: bool = True
    error: VignetteError | None = None
    until_stopped: bool = False
    until: threading.Event | None = None
    runs: list[dict[str, Any]] = field(default_factory=list)

    def run(
        self, config: dict[str, Any], stop_reason: StopReason, on_progress: ProgressCallback
    ) -> TrainingResult:
        self.runs.append(config)
        on_progress("snapshot", 0.0)
        on_progress("train", 0.5)
        while self.until_stopped or (self.until and not self.until.is_set()):
            if reason := stop_reason():
                raise reason
        if self.error:
            raise self.error
        return TrainingResult(
            version="v9",
            promoted=self.promoted,
            replaced="v8",
            gate=GateVerdict(passed=self.promoted, reasons=() if self.promoted else ("Mean AP is lower.",)),
            metrics={"mean_ap": 0.5},
        )


class Outbox:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Payload]] = []

    def send(self, spec: TaskSpec[Any], payload: Payload) -> None:
        self.sent.append((spec.name, payload))

    def records(self) -> list[RecordTraining]:
        return [payload for _, payload in self.sent if isinstance(payload, RecordTraining)]


@dataclass
class Stage:
    """A worker's use case over a scripted pipeline."""

    client: "redis.Redis"
    folder: Path
    script: Script = field(default_factory=Script)
    outbox: Outbox = field(default_factory=Outbox)

    def jobs(self) -> TrainingJobs:
        pipeline = ScriptedPipeline(self.folder, "memory://")
        # The dataclass is frozen, and the script is the test's own attribute.
        object.__setattr__(pipeline, "script", self.script)
        return TrainingJobs(pipeline, self.client, self.outbox)

    def run(self) -> RecordTraining:
        self.jobs().run(TrainModel(training_id="t1", config={"epochs": 1}))
        return self.outbox.records()[-1]


@pytest.fixture
def stage(client: "redis.Redis", tmp_path: Path) -> Stage:
    return Stage(client, tmp_path)


def test_training_reports_every_phase_and_its_version(stage: Stage) -> None:
    outcome = stage.run()
    assert [(each.status, each.phase) for each in stage.outbox.records()] == [
        ("running", "snapshot"),
        ("running", "train"),
        ("succeeded", "train"),
    ]
    assert (outcome.version, outcome.progress, outcome.metrics) == ("v9", 1.0, {"mean_ap": 0.5})
    published = next(payload for _, payload in stage.outbox.sent if isinstance(payload, ModelPublished))
    assert published == ModelPublished(model_version="v9", previous="v8")


def test_rejected_version_stays_the_candidate(stage: Stage) -> None:
    stage.script.promoted = False
    outcome = stage.run()
    assert outcome.status == "succeeded"
    assert outcome.gate == {"passed": False, "reasons": ["Mean AP is lower."]}
    assert not [payload for _, payload in stage.outbox.sent if isinstance(payload, ModelPublished)]


def test_failed_training_reports_its_reason_and_is_not_retried(stage: Stage) -> None:
    stage.script.error = TrainingFailed("The loss is not a number at step 7.")
    assert stage.run().error == {"code": "training_failed", "detail": "The loss is not a number at step 7."}
    assert stage.run().status == "failed"
    assert len(stage.script.runs) == 1


def test_a_running_training_is_cancelled(stage: Stage) -> None:
    stage.script.until_stopped = True
    worker = threading.Thread(target=stage.run)
    worker.start()
    while not stage.script.runs:
        assert worker.is_alive()
    stage.client.set(cancel_key("t1"), 1)
    worker.join(WAIT_S)
    assert stage.outbox.records()[-1].status == "cancelled"
    assert stage.client.keys("lease:*") == []


def test_a_training_outlives_redis(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    server.start()
    with redis.Redis.from_url(server.url, retry=Retry(NoBackoff(), 0)) as client:
        stage = Stage(client, tmp_path)
        stage.script.until = threading.Event()
        worker = threading.Thread(target=stage.run)
        worker.start()
        while not stage.script.runs:
            assert worker.is_alive()
        server.stop()
        server.start()
        stage.script.until.set()
        worker.join(WAIT_S)
        assert [each.status for each in stage.outbox.records()] == ["running", "running", "succeeded"]
        assert len(stage.script.runs) == 1
    server.stop()


def test_unstored_outcome_raises_a_retryable_error(stage: Stage, tmp_path: Path) -> None:
    nobody = redis.Redis.from_url("redis://127.0.0.1:1/0", retry=Retry(NoBackoff(), 0))
    with pytest.raises(BrokerUnavailable):
        Stage(nobody, tmp_path).run()


def test_training_cancelled_while_queued_never_starts(stage: Stage) -> None:
    stage.client.set(cancel_key("t1"), 1)
    assert stage.run().status == "cancelled"
    assert stage.script.runs == []


def test_second_worker_waits_and_does_not_train(stage: Stage) -> None:
    with lease(stage.client, "training:t1"):
        second = threading.Thread(target=stage.run)
        second.start()
        record = RecordTraining(training_id="t1", status="succeeded", version="v7")
        stage.client.set("training:t1:done", record.model_dump_json())
    second.join(WAIT_S)
    assert stage.outbox.records() == [record]
    assert stage.script.runs == []


@pytest.mark.filterwarnings("ignore::celery.exceptions.CDeprecationWarning")
def test_redelivered_training_does_not_train_twice(stage: Stage, redis_url: str) -> None:
    app: Celery = make_celery("test", BrokerSettings(url=redis_url))
    register(app, stage.jobs())
    body = {"training_id": "t1", "config": {"epochs": 1}}
    for _ in range(2):
        app.tasks[TRAIN_MODEL.name].apply(args=[body])
    assert stage.script.runs == [{"epochs": 1}]
    assert stage.client.keys("lease:*") == []


def never() -> None:
    return None


def test_missing_dataset_error_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=str(tmp_path / "mirflickr25k")):
        PipelineProcess(tmp_path, "memory://").run({}, never)


def test_error_of_the_pipeline_process_is_raised(tmp_path: Path) -> None:
    (tmp_path / "mirflickr25k").mkdir()
    with pytest.raises(DatasetError, match="nonsense"):
        PipelineProcess(tmp_path, "memory://").run({"nonsense": 1}, never)


def write_dataset(work_dir: Path, images: int) -> None:
    data = work_dir / "mirflickr25k"
    data.mkdir()
    entries = []
    for number in range(images):
        (data / f"{number}.jpg").write_bytes(patchwork(number))
        entries.append({"image": f"{number}.jpg", "annotation": ["sky" if number % 2 else "people"]})
    (data / "annotations.json").write_text(json.dumps(entries))


@pytest.mark.tensorflow
@pytest.mark.timeout(600)  # half a minute on an idle machine
def test_pipeline_process_returns_the_result(tmp_path: Path) -> None:
    """The real pipeline over the starter, as the worker starts it: enough images for the gate to decide."""
    write_dataset(tmp_path, images=1040)
    registry = tmp_path / "registry"
    shutil.copytree(STARTER, registry)
    phases: list[str] = []
    result = PipelineProcess(tmp_path, str(registry), distorted_images=0).run(
        {"hidden": 4, "epochs": 1, "ensemble": 1, "views": 1}, never, lambda phase, _: phases.append(phase)
    )
    assert list(dict.fromkeys(phases)) == ["snapshot", "bottlenecks", "train", "evaluate", "publish", "gate"]
    assert result.gate.passed == result.promoted == (not result.gate.reasons)
    assert result.metrics["images"] == 208
    assert result.version in Registry(open_store(registry.as_uri())).versions()


@pytest.mark.tensorflow
def test_error_of_the_pipeline_process_keeps_its_type(tmp_path: Path) -> None:
    """In a registry without a model in production there is no backbone to train over."""
    write_dataset(tmp_path, images=40)
    phases: list[str] = []
    with pytest.raises(ModelMissing, match="No model is published"):
        PipelineProcess(tmp_path, str(tmp_path / "registry")).run(
            {}, never, lambda phase, _: phases.append(phase)
        )
    assert "snapshot" in phases


def test_stopping_a_training_ends_its_process(tmp_path: Path) -> None:
    (tmp_path / "mirflickr25k").mkdir()
    with pytest.raises(TrainingCancelled):
        PipelineProcess(tmp_path, "memory://").run({}, lambda: TrainingCancelled("Enough."))

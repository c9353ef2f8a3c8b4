"""The trainer's worker on a real Redis: one training, one worker."""

import threading
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery

from trainer.errors import DatasetError, TrainingHeld
from trainer.lease import lease
from trainer.runner import TrainingRunner
from trainer.tasks import register
from vignette_shared.contracts.tasks import TRAIN_MODEL
from vignette_shared.queue.app import make_celery
from vignette_shared.settings import BrokerSettings

pytestmark = pytest.mark.integration


@pytest.fixture
def client(redis_url: str) -> "redis.Redis":
    return redis.Redis.from_url(redis_url)


def test_a_lease_keeps_others_out_until_it_ends(client: "redis.Redis") -> None:
    with lease(client, "t1"), pytest.raises(TrainingHeld), lease(client, "t1"):
        pass
    with lease(client, "t1"):
        pass
    assert client.keys("lease:*") == []


def test_a_lease_is_renewed_while_it_is_held(client: "redis.Redis") -> None:
    with lease(client, "t1", lifetime_s=0.3) as lost:
        assert not lost.wait(0.9)
        assert client.exists("lease:t1")


def test_a_lost_lease_is_noticed_and_the_new_holder_left_alone(client: "redis.Redis") -> None:
    with lease(client, "t1", lifetime_s=0.3) as lost:
        client.set("lease:t1", "someone else")
        assert lost.wait(5)
    assert client.get("lease:t1") == b"someone else"


class RecordingRunner(TrainingRunner):
    """Counts instead of training."""

    runs: list[dict[str, Any]]

    def run(self, config: dict[str, Any], lost: threading.Event) -> dict[str, Any]:
        assert not lost.is_set()
        self.runs.append(config)
        return {"version": "v9", "mean_ap": 0.5}


@pytest.mark.filterwarnings("ignore::celery.exceptions.CDeprecationWarning")
def test_a_redelivered_training_does_not_train_twice(
    client: "redis.Redis", redis_url: str, tmp_path: Path
) -> None:
    runner = RecordingRunner(tmp_path, "memory://")
    object.__setattr__(runner, "runs", [])
    app: Celery = make_celery("test", BrokerSettings(url=redis_url))
    register(app, runner, client)
    body = {"training_id": "t1", "config": {"epochs": 1}}
    for _ in range(2):
        app.tasks[TRAIN_MODEL.name].apply(args=[body])
    assert runner.runs == [{"epochs": 1}]
    assert client.keys("lease:*") == []


def test_a_missing_dataset_says_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=str(tmp_path / "mirflickr25k")):
        TrainingRunner(tmp_path, "memory://").run({}, threading.Event())


def test_what_the_training_s_process_says_comes_back(tmp_path: Path) -> None:
    (tmp_path / "mirflickr25k").mkdir()
    with pytest.raises(DatasetError, match="nonsense"):
        TrainingRunner(tmp_path, "memory://").run({"nonsense": 1}, threading.Event())

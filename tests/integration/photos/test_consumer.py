"""One reconciler among all workers runs a pass, and a failed pass does not end it."""

from dataclasses import replace

import pytest
import redis
from tests.support.patience import WAIT_S
from tests.support.photos.service import PhotosService
from tests.support.waiting import wait_until

from photos.consumer import LOCK, ReconcilerThread
from vignette_shared.contracts.identity import Identity

pytestmark = pytest.mark.integration


def test_pass_is_skipped_while_another_holds_the_lock(
    service: PhotosService, anna: Identity, jpeg: bytes, redis_url: str
) -> None:
    service.post(anna, jpeg)
    service.outbox.sent.clear()
    service.clock.forward(hours=1)
    with redis.Redis.from_url(redis_url) as client:
        other = client.lock(LOCK, timeout=60)
        assert other.acquire(blocking=False)
        reconciler = ReconcilerThread(service.reconciler(), client, period_s=0.05)
        reconciler.make_pass()
        assert service.outbox.sent == []
        other.release()
        reconciler.make_pass()
        assert len(service.outbox.sent) == 1
        assert not client.exists(LOCK)


def test_thread_survives_a_failed_pass(
    service: PhotosService, anna: Identity, jpeg: bytes, redis_url: str
) -> None:
    class Stumbling:
        passes = 0

        def photo_ids(self) -> frozenset[str]:
            self.passes += 1
            if self.passes < 3:
                raise ZeroDivisionError
            return frozenset()

    service.post(anna, jpeg)
    service.outbox.sent.clear()
    service.clock.forward(hours=1)
    with redis.Redis.from_url(redis_url) as client:
        stumbling = replace(service, services=replace(service.services, backlog=Stumbling()))
        reconciler = ReconcilerThread(stumbling.reconciler(), client, period_s=0.02)
        reconciler.start()
        wait_until(lambda: len(service.outbox.sent) == 1, "the pass after the failures")
        reconciler.stop()
        reconciler.join(WAIT_S)
    assert not reconciler.is_alive()


def test_pass_is_skipped_without_redis(service: PhotosService) -> None:
    with redis.Redis.from_url("redis://127.0.0.1:1/0") as client:
        ReconcilerThread(service.reconciler(), client, period_s=1).make_pass()
    assert service.outbox.sent == []

"""One reconciler of all makes a pass, and a bad pass is not the last one."""

from dataclasses import replace

import pytest
import redis
from tests.support.patience import WAIT_S
from tests.support.photos.service import House
from tests.support.waiting import wait_until

from photos.consumer import LOCK, ReconcilerThread
from vignette_shared.contracts.identity import Identity

pytestmark = pytest.mark.integration


def test_pass_is_skipped_while_another_holds_the_lock(
    house: House, anna: Identity, jpeg: bytes, redis_url: str
) -> None:
    house.post(anna, jpeg)
    house.outbox.sent.clear()
    house.clock.forward(hours=1)
    with redis.Redis.from_url(redis_url) as client:
        other = client.lock(LOCK, timeout=60)
        assert other.acquire(blocking=False)
        reconciler = ReconcilerThread(house.reconciler(), client, period_s=0.05)
        reconciler.make_pass()
        assert house.outbox.sent == []
        other.release()
        reconciler.make_pass()
        assert len(house.outbox.sent) == 1
        assert not client.exists(LOCK)


def test_thread_survives_a_failed_pass(house: House, anna: Identity, jpeg: bytes, redis_url: str) -> None:
    class Stumbling:
        passes = 0

        def photo_ids(self) -> frozenset[str]:
            self.passes += 1
            if self.passes < 3:
                raise ZeroDivisionError
            return frozenset()

    house.post(anna, jpeg)
    house.outbox.sent.clear()
    house.clock.forward(hours=1)
    with redis.Redis.from_url(redis_url) as client:
        stumbling = replace(house, services=replace(house.services, backlog=Stumbling()))
        reconciler = ReconcilerThread(stumbling.reconciler(), client, period_s=0.02)
        reconciler.start()
        wait_until(lambda: len(house.outbox.sent) == 1, "the pass after the failures")
        reconciler.stop()
        reconciler.join(WAIT_S)
    assert not reconciler.is_alive()


def test_pass_is_skipped_without_redis(house: House) -> None:
    with redis.Redis.from_url("redis://127.0.0.1:1/0") as client:
        ReconcilerThread(house.reconciler(), client, period_s=1).make_pass()
    assert house.outbox.sent == []

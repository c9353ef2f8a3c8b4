"""One joint site and its world for all contract tests; a test that changes something restores it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import redis
from tests.contract.api.world import World, build_world
from tests.support.contract.site import building_sites
from tests.support.photos.service import build_service
from tests.support.redis_server import RedisServer

from photos.operations.kombu import KombuGauge


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer) -> Iterator[World]:
    service = build_service(tmp_path_factory.mktemp("service"))
    client = redis.Redis.from_url(redis_server.url)
    service = replace(
        service, services=replace(service.services, redis=client, queue_gauge=KombuGauge(client))
    )
    with building_sites(service, redis_server.url) as builder:
        built = build_world(service, builder)
        yield built
        built.forget()
    client.close()
    service.services.database.engine.dispose()

"""One joint site and its world for all contract tests; a test that changes something restores it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import redis
from tests.contract.api.world import World, build_world
from tests.support.contract.site import building_sites
from tests.support.photos.service import build_house
from tests.support.redis_server import RedisServer

from photos.operations.kombu import KombuGauge


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer) -> Iterator[World]:
    house = build_house(tmp_path_factory.mktemp("house"))
    client = redis.Redis.from_url(redis_server.url)
    house = replace(house, services=replace(house.services, redis=client, queue_gauge=KombuGauge(client)))
    with building_sites(house, redis_server.url) as builder:
        built = build_world(house, builder)
        yield built
        built.forget()
    client.close()
    house.services.database.engine.dispose()

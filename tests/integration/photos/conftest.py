"""One photos service per test, and both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.photos.fixtures import anna, bert, service
from tests.support.photos.service import PhotosService, build_service
from tests.support.postgres import PostgresServer, find_postgres

__all__ = ["anna", "bert", "service"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer(find_postgres())
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'vignette.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.url("vignette_test")


@pytest.fixture
def either(tmp_path: Path, database_url: str) -> Iterator[PhotosService]:
    """A photos service over SQLite, and over Postgres."""
    built = build_service(tmp_path, database_url)
    yield built
    built.services.database.engine.dispose()

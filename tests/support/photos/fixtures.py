"""Fixtures of every folder that tests the photos service; a conftest imports those it offers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.photos.service import PhotosService, build_service

from vignette_shared.contracts.identity import Identity


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PhotosService]:
    built = build_service(tmp_path)
    yield built
    built.services.database.engine.dispose()


@pytest.fixture
def anna(service: PhotosService) -> Identity:
    """The first to register, and so the admin."""
    return service.join("anna")


@pytest.fixture
def bert(service: PhotosService, anna: Identity) -> Identity:
    return service.join("bert")

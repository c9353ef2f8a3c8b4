"""One photos service per test."""

import pytest
from tests.support.photos.fixtures import anna, bert, service
from tests.support.photos.service import PhotosService

from vignette_shared.contracts.identity import Identity

__all__ = ["anna", "bert", "service"]


@pytest.fixture
def cleo(service: PhotosService, bert: Identity) -> Identity:
    return service.join("cleo")

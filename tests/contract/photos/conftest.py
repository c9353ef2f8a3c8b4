"""One photos service a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.photos.service import House, build_house

from vignette_shared.contracts.identity import Identity


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = build_house(tmp_path)
    yield built
    built.services.database.engine.dispose()


@pytest.fixture
def anna(house: House) -> Identity:
    """The first to register, and so the admin."""
    return house.join("anna")


@pytest.fixture
def bert(house: House, anna: Identity) -> Identity:
    return house.join("bert")


@pytest.fixture
def cleo(house: House, bert: Identity) -> Identity:
    return house.join("cleo")

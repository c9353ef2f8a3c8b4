"""One stack per worker for the end-to-end tests that change nothing of the site itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.support.browser.chromium import chromium
from tests.support.paths import SHARED_DATA
from tests.support.pictures import make_jpeg
from tests.support.stack.site import Account, Site, running_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("stack") / "state") as running:
        running.sign_up("admin")
        yield running


@pytest.fixture
def anna(site: Site) -> Account:
    return site.sign_up("anna")


@pytest.fixture
def ben(site: Site) -> Account:
    return site.sign_up("ben")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium per file; each visitor gets a fresh profile."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def shared_photo() -> bytes:
    """A picture that gets tags: a real photo if available, else a drawn sunset."""
    real = SHARED_DATA / "photos" / "im4.jpg"
    return real.read_bytes() if real.exists() else make_jpeg(1200, 900, 4)

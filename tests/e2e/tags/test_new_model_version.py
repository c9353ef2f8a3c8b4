"""Decisions on tags survive a new model version."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.support.browser.visitor import sign_in, visiting
from tests.support.patience import COMMAND_S
from tests.support.stack.site import Account, Site, running_site
from tests.support.waiting import until

from vignette_shared.registry import Registry
from vignette_shared.storage import open_store

pytestmark = pytest.mark.e2e

NEXT = "20270101T000000Z-0000abcd"


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A stack whose model may change."""
    with running_site(tmp_path / "state") as site:
        yield site


def publish_bolder(site: Site) -> None:
    """Put a version into production that shows every label from a hundredth on."""
    registry = Registry(open_store(site.layout.registry.as_uri()))
    before = registry.production()
    files = {name: registry.model_file(before.version, name) for name in before.files}
    bolder = before.model_copy(
        update={"version": NEXT, "thresholds": [0.01] * len(before.labels), "parent": before.version}
    )
    registry.publish_model(bolder, dict(files))
    registry.set_alias("production", NEXT, previous=before.version)


def retag(account: Account, photo_id: str) -> None:
    """Retag the photo until the new version has a suggestion for it."""
    for _ in until(COMMAND_S, pause_s=1):
        assert account.client.post(f"/photos/{photo_id}/retag").status_code == 202
        tags = account.wait_until_done(photo_id)["tags"]
        if NEXT in {tag["model_version"] for tag in tags if tag["state"] == "suggested"}:
            return
    raise AssertionError("the new version did not take over")


def test_decisions_survive_a_new_model_version(own_site: Site, browser: Browser, shared_photo: bytes) -> None:
    anna = own_site.sign_up("anna")
    photo_id = anna.upload(shared_photo).json()["id"]
    tags = anna.wait_until_done(photo_id)["tags"]
    accepted, rejected = [tag["label"] for tag in tags if tag["state"] == "suggested"][:2]
    with visiting(browser, own_site.address) as visitor:
        page = visitor.page
        sign_in(visitor, "anna")
        visitor.go(f"/p/{photo_id}")
        page.get_by_role("button", name=f"Accept {accepted}").click()
        page.get_by_role("button", name=f"Reject {rejected}").click()
        page.get_by_label("Add a tag").fill("kayak")
        page.get_by_label("Add a tag").press("Enter")
        confirmed = page.get_by_role("list", name="Confirmed")
        expect(confirmed.get_by_text("kayak")).to_be_visible()
        page.wait_for_load_state("networkidle")

        publish_bolder(own_site)
        retag(anna, photo_id)
        page.reload()
        for label in (accepted, "kayak"):
            expect(confirmed.get_by_text(label, exact=True)).to_be_visible()
        # The bold version would show it, if its owner had not spoken.
        expect(page.get_by_role("heading", name="Suggested by the model of January 1, 2027")).to_be_visible()
        new = page.get_by_role("list", name="Suggested by the model")
        expect(new.get_by_role("listitem").nth(5)).to_be_visible()
        expect(new.locator(f'[data-tag="{rejected}"]')).to_have_count(0)
        page.get_by_text(re.compile(r"^Rejected \(1\)$")).click()
        expect(page.locator(f'[data-tag="{rejected}"] s')).to_be_visible()
        assert visitor.complaints == []

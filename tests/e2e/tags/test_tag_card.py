"""The tag card, by pointer, keyboard and touch: source, score and threshold of a tag."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.support.browser.visitor import Visitor, sign_in, visiting
from tests.support.stack.site import Account, Json, Site

pytestmark = pytest.mark.e2e


@pytest.fixture
def dora(site: Site) -> Account:
    """Nobody else's: the same bytes twice by one user would be the photo that is there, without its tag."""
    return site.sign_up("dora")


@pytest.fixture
def photo(dora: Account, shared_photo: bytes) -> Iterator[Json]:
    """A photo with suggestions, and a tag of its owner's."""
    answer = dora.upload(shared_photo, title="Card", tags="jetty")
    assert answer.status_code == 201, answer.text
    yield dora.wait_until_done(answer.json()["id"])
    assert dora.client.delete(f"/photos/{answer.json()['id']}?permanent=true").status_code == 204


def suggestion(photo: Json) -> Json:
    found: Json = next(tag for tag in photo["tags"] if tag["state"] == "suggested")
    return found


def open_photo(visitor: Visitor, username: str, photo: Json) -> Page:
    page = visitor.page
    sign_in(visitor, username)
    visitor.go(f"/p/{photo['id']}")
    expect(page.get_by_role("heading", name="Tags")).to_be_visible()
    page.wait_for_load_state("networkidle")
    return page


def test_card_opens_by_pointer_and_by_keyboard(
    site: Site, browser: Browser, dora: Account, photo: Json
) -> None:
    """Escape closes the card and leaves the photo open; a decision is shown with its date."""
    tag = suggestion(photo)
    version = tag["model_version"]
    model = dora.client.get(f"/models/{version}").json()
    threshold = dict(zip(model["labels"], model["thresholds"], strict=True))[tag["label"]]
    with visiting(browser, site.address) as visitor:
        page = open_photo(visitor, "dora", photo)
        card = page.get_by_role("tooltip")
        row = page.locator(f'[data-tag="{tag["label"]}"]')
        name = row.get_by_role("button", name=tag["label"], exact=True)
        name.hover()
        expect(card).to_contain_text(f"{round(tag['score'] * 100)}%")
        expect(card).to_contain_text(f"It suggests this tag at {round(threshold * 100)}% or more.")
        expect(card).to_contain_text(version)
        assert visitor.axe_violations() == []
        card.hover()
        expect(card).to_be_visible()
        page.mouse.move(400, 400)
        expect(card).to_have_count(0)
        page.keyboard.press("1")
        expect(name).to_be_focused()
        expect(card).to_be_visible()
        page.keyboard.press("Escape")
        expect(card).to_have_count(0)
        expect(page).to_have_url(re.compile(rf"/p/{photo['id']}$"))
        page.keyboard.press("a")
        expect(page.get_by_text(f"Accepted “{tag['label']}”.")).to_be_visible()
        page.wait_for_load_state("networkidle")
        confirmed = page.get_by_role("list", name="Confirmed")
        confirmed.get_by_role("button", name=tag["label"], exact=True).hover()
        expect(card).to_contain_text(re.compile(r"You accepted it on \w+ \d+, \d{4}\."))
        confirmed.get_by_role("button", name="jetty", exact=True).hover()
        expect(card).to_contain_text("You added it")
        assert visitor.complaints == []


def test_card_opens_by_touch(site: Site, browser: Browser, photo: Json) -> None:
    tag = suggestion(photo)
    with visiting(browser, site.address, "phone") as visitor:
        page = open_photo(visitor, "dora", photo)
        page.locator(f'[data-tag="{tag["label"]}"]').get_by_role("button").first.tap()
        expect(page.get_by_role("tooltip")).to_contain_text("Suggested by the model of")
        assert visitor.axe_violations() == []
        page.get_by_role("heading", name="Tags").tap()
        expect(page.get_by_role("tooltip")).to_have_count(0)
        assert visitor.complaints == []


def test_card_opens_for_other_users(site: Site, browser: Browser, ben: Account, photo: Json) -> None:
    with visiting(browser, site.address) as visitor:
        page = open_photo(visitor, "ben", photo)
        page.get_by_role("list", name="Confirmed").get_by_role("button", name="jetty").hover()
        expect(page.get_by_role("tooltip")).to_contain_text("The owner added it.")
        assert visitor.complaints == []

"""Offline changes are queued and marked, and survive closing the page."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.support.browser.visitor import Visitor, sign_in, visiting
from tests.support.stack.site import Account, Json, Site
from tests.support.waiting import until

pytestmark = pytest.mark.e2e
MENU_IS_THERE = """() => performance.getEntriesByType('resource').some(({name, responseEnd}) =>
    name.includes('/more-menu') && responseEnd > 0)"""
WAITS = "Saved when you reconnect"


@pytest.fixture
def skipper(site: Site) -> Account:
    return site.sign_up("skipper")


@pytest.fixture
def photo(skipper: Account, shared_photo: bytes) -> Iterator[Json]:
    body = skipper.upload(shared_photo, title="Ferry").json()
    yield skipper.wait_until_done(body["id"])
    assert skipper.client.delete(f"/photos/{body['id']}?permanent=true").status_code == 204


@pytest.fixture
def visitor(site: Site, browser: Browser, photo: Json) -> Iterator[Visitor]:
    """The owner's browser on the photo's page, offline."""
    with visiting(browser, site.address) as visitor:
        sign_in(visitor, "skipper")
        visitor.go(f"/p/{photo['id']}")
        expect(visitor.page.get_by_role("button", name=re.compile("^Accept")).first).to_be_visible()
        visitor.page.wait_for_load_state("networkidle")
        # Fetched ahead, so that it is there without a connection.
        visitor.page.wait_for_function(MENU_IS_THERE)
        visitor.context.set_offline(True)
        yield visitor
        # Chromium itself reports what it could not fetch, such as the live events.
        assert [line for line in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in line] == []


def like_and_judge(page: Page, photo: Json) -> tuple[str, str]:
    """Like the photo, accept one suggestion, reject another; return the two labels."""
    first, second = [tag["label"] for tag in photo["tags"] if tag["state"] == "suggested"][:2]
    page.keyboard.press("l")
    like = page.get_by_role("button", name="Liked, 1 like")
    expect(like.get_by_text(WAITS)).to_be_attached()
    page.get_by_role("button", name=f"Accept {first}").click()
    accepted = page.get_by_role("list", name="Confirmed").get_by_role("listitem").filter(has_text=first)
    expect(accepted.get_by_text(WAITS)).to_be_attached()
    page.get_by_role("button", name=f"Reject {second}").click()
    expect(page.get_by_text("3 changes will be saved when you reconnect.")).to_be_visible()
    return first, second


def assert_saved(skipper: Account, photo: Json, accepted: str, rejected: str) -> None:
    for _ in until():
        answer = skipper.client.get(f"/photos/{photo['id']}", params={"include": "all"}).json()
        states = {tag["label"]: tag["state"] for tag in answer["tags"]}
        if answer["liked"] and states[accepted] == "accepted" and states[rejected] == "rejected":
            return
    raise AssertionError((answer["liked"], states))


def test_offline_likes_and_decisions_are_sent_after_reconnecting(
    visitor: Visitor, skipper: Account, photo: Json
) -> None:
    page = visitor.page
    accepted, rejected = like_and_judge(page, photo)
    assert visitor.axe_violations() == []
    visitor.context.set_offline(False)
    expect(page.get_by_text(WAITS)).to_have_count(0)
    assert_saved(skipper, photo, accepted, rejected)


def test_queued_changes_survive_closing_the_page(visitor: Visitor, skipper: Account, photo: Json) -> None:
    """The tab is closed while offline; the next visit sends each change once."""
    accepted, rejected = like_and_judge(visitor.page, photo)
    visitor.page.close()
    assert skipper.photo(photo["id"])["liked"] is False
    visitor.context.set_offline(False)
    visitor.page = visitor.context.new_page()
    visitor.listen()
    visitor.go("/")
    expect(visitor.page.get_by_text("Saved 3 changes made offline.")).to_be_visible()
    assert_saved(skipper, photo, accepted, rejected)
    left = "() => Object.keys(localStorage).filter((name) => name.startsWith('vignette.waiting'))"
    assert visitor.page.evaluate(left) == []
    visitor.go(f"/p/{photo['id']}")
    expect(visitor.page.get_by_role("button", name="Liked, 1 like")).to_be_visible()


def test_signing_out_discards_queued_changes(visitor: Visitor, skipper: Account, photo: Json) -> None:
    """The next user of this browser sends no change of the previous one."""
    page = visitor.page
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="Liked, 1 like")).to_be_visible()
    kept = "() => Object.keys(localStorage).filter((name) => name.startsWith('vignette.waiting')).length"
    page.wait_for_function(f"() => ({kept})() === 1")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Sign out").click()
    # Without a connection nobody is signed out: the request waits behind the like.
    page.wait_for_function(f"() => ({kept})() === 1")
    visitor.context.set_offline(False)
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert page.evaluate(kept) == 0


def test_unfetched_page_loads_after_reconnecting(visitor: Visitor) -> None:
    """Neither a page nor a dialog crashes the app while its code can't be fetched."""
    page = visitor.page
    page.get_by_role("link", name="Albums").click()
    expect(page.get_by_text("This loads when you reconnect.")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("menuitem", name="Keyboard shortcuts")).to_be_visible()
    page.get_by_role("menuitem", name="Keyboard shortcuts").click()
    visitor.context.set_offline(False)
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1, name="Albums")).to_be_visible()

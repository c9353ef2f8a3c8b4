"""The share page: complete without JavaScript, taken over by the app with it."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.support.browser.visitor import WIDTHS, visiting
from tests.support.pictures import make_jpeg
from tests.support.stack.site import Account, Site
from tests.support.waiting import until

pytestmark = pytest.mark.e2e


def shared_page(anna: Account, **link: str) -> str:
    photo_id = anna.upload(make_jpeg(900, 600, 401), visibility="private").json()["id"]
    anna.wait_until_done(photo_id)
    album = anna.client.post("/albums", json={"title": "For grandma"}).json()["id"]
    assert anna.client.put(f"/albums/{album}/photos/{photo_id}").status_code == 204
    address: str = anna.client.post(f"/albums/{album}/share-links", json=link).json()["url"]
    return address


def test_password_link_opens_without_javascript(site: Site, browser: Browser, anna: Account) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(site.address + shared_page(anna, password="by the lake"))
        page.get_by_label("Password").fill("by the sea")
        page.get_by_role("button", name="Open the album").click()
        expect(page.get_by_text("Wrong password.")).to_be_visible()
        page.get_by_label("Password").fill("by the lake")
        page.get_by_role("button", name="Open the album").click()
        expect(page.get_by_role("heading", name="For grandma")).to_be_visible()
        expect(page.locator(".shared-photos img")).to_have_count(1)
    finally:
        context.close()


def test_app_takes_over_the_server_page(site: Site, browser: Browser, anna: Account) -> None:
    with visiting(browser, site.address) as visitor:
        visitor.go(shared_page(anna))
        expect(visitor.page.locator("#root").get_by_role("heading", name="For grandma")).to_be_visible()
        expect(visitor.page.locator("#served")).to_have_count(0)
        expect(visitor.page.get_by_role("navigation", name="Main")).to_have_count(0)
        expect(visitor.page.locator("img")).to_have_count(1)
        assert visitor.complaints == []


def test_password_typed_before_the_app_loads_is_kept(site: Site, browser: Browser, anna: Account) -> None:
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        # The app stays beside the server's form until it knows what the link opens.
        page.route("**/api/v1/s/**", hold, times=1)
        with page.expect_request("**/api/v1/s/**"):
            visitor.go(shared_page(anna, password="by the lake"))
        page.get_by_label("Password").fill("by the lake")
        for route in held:
            route.continue_()
        expect(page.locator("#served")).to_have_count(0)
        expect(page.get_by_label("Password")).to_have_value("by the lake")
        expect(page.get_by_label("Password")).to_be_focused()
        assert visitor.axe_violations() == []
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="For grandma")).to_be_visible()


def test_expired_link_is_explained_with_and_without_javascript(
    site: Site, browser: Browser, anna: Account
) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    link = shared_page(anna, expires_at=soon)
    for _ in until():
        if anna.client.get(link).status_code == 410:
            break
    plain = browser.new_context(java_script_enabled=False)
    try:
        page = plain.new_page()
        page.goto(site.address + link)
        expect(page.get_by_text("This link has expired. Ask for a new one.")).to_be_visible()
        expect(page.locator("img")).to_have_count(0)
    finally:
        plain.close()
    with visiting(browser, site.address, "phone") as visitor:
        visitor.go(link)
        expect(visitor.page.locator("#root").get_by_text("This link has expired.")).to_be_visible()
        assert visitor.axe_violations() == []
        # Chromium itself reports the refusal.
        assert [line for line in visitor.complaints if "410" not in line] == []


def places(page: Page) -> list[tuple[str, list[int]]]:
    """Return the text, without surrounding white space, and the box of each part of a share page."""
    parts = page.locator("h1, .shared-facts > *, .shared-text, .shared-photos > li, main p, form > *, main a")
    boxes = [((part.text_content() or "").strip(), part.bounding_box()) for part in parts.all()]
    return [
        (text, [round(at) for at in (box["x"], box["y"], box["width"], box["height"])])
        for text, box in boxes
        if box
    ]


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_take_over_causes_no_layout_shift(site: Site, browser: Browser, anna: Account, width: str) -> None:
    """The server's HTML, seen without JavaScript, stands as the app's page does."""
    ids = [
        anna.upload(make_jpeg(*size, seed), visibility="private").json()["id"]
        for seed, size in enumerate([(900, 600), (600, 900), (1600, 400), (800, 800)], start=411)
    ]
    album = anna.client.post("/albums", json={"title": "A long week by the lake " * 3}).json()["id"]
    anna.client.patch(f"/albums/{album}", json={"description": "Rain first.\nThen sun."}).raise_for_status()
    for photo_id in ids:
        anna.wait_until_done(photo_id)
        anna.client.put(f"/albums/{album}/photos/{photo_id}").raise_for_status()
    in_a_month = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    links = [
        anna.client.post(f"/albums/{album}/share-links", json=link).json()["url"]
        for link in ({"expires_at": in_a_month}, {"password": "by the lake"}, {"expires_at": soon})
    ]
    for _ in until():
        if anna.client.get(links[-1]).status_code == 410:
            break
    across, down = WIDTHS[width]
    touch = width == "phone"
    plain = browser.new_context(
        java_script_enabled=False,
        viewport={"width": across, "height": down},
        is_mobile=touch,
        has_touch=touch,
    )
    try:
        page = plain.new_page()
        with visiting(browser, site.address, width) as visitor:
            for path in (*links, "/s/" + "x" * 43):
                page.goto(site.address + path)
                served = places(page)
                visitor.go(path)
                expect(visitor.page.locator("#root h1")).to_be_visible()
                expect(visitor.page.locator("#served")).to_have_count(0)
                assert places(visitor.page) == served
                assert visitor.axe_violations() == []
    finally:
        plain.close()

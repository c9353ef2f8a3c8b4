"""The first paint, before the app's code has loaded, and how the app takes over."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.support.browser.visitor import WIDTHS, Visitor, sign_in, visiting
from tests.support.pictures import make_jpeg
from tests.support.stack.site import Account, Site, running_site

pytestmark = pytest.mark.e2e
APP = "**/assets/index-*.js"
SIZES = [(900, 600), (600, 900), (1600, 400), (800, 800), (1200, 900)]
BOXES = """() => [...document.querySelectorAll('main img')].filter((one) => one.complete && one.naturalWidth)
    .map((one) => [one.alt, ...['x', 'y', 'width', 'height'].map(
        (side) => Math.round(one.getBoundingClientRect()[side]))])"""
FEWEST = """() => {
    const root = document.getElementById('root');
    const count = () => root.querySelectorAll('main img').length;
    window.fewest = count();
    new MutationObserver(() => { window.fewest = Math.min(window.fewest, count()); })
        .observe(root, {childList: true, subtree: true});
}"""

# Elements that are animated during a page change.
LISTEN = """() => {
    const begin = document.startViewTransition.bind(document);
    document.startViewTransition = (change) => {
        const transition = begin(change);
        window.grown = transition.ready.then(
            () => document.getAnimations().map((one) => one.effect.pseudoElement));
        return transition;
    };
}"""


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A separate stack, so that the feed has known contents."""
    with running_site(tmp_path_factory.mktemp("first") / "state") as running:
        yield running


@pytest.fixture(scope="module")
def painter(own_site: Site) -> Account:
    account = own_site.sign_up("painter")
    ids = [
        account.upload(make_jpeg(*size, seed), title=f"Picture {seed}").json()["id"]
        for seed, size in enumerate(SIZES * 2, start=900)
    ]
    for photo_id in ids:
        account.wait_until_done(photo_id)
    return account


def hold(page: Page, pattern: str) -> list[Route]:
    """Hold back all matching requests; they are collected in the returned list."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(pattern, keep)
    return held


def drawn(visitor: Visitor, path: str) -> tuple[list[Route], list[list[str | int]]]:
    """Open a page whose code is held back; return the held requests and the positions of its pictures."""
    page = visitor.page
    held = hold(page, APP)
    with page.expect_request(APP):  # it is asked for when the pictures are decoded
        visitor.go(path)
    boxes: list[list[str | int]] = page.evaluate(BOXES)
    return held, boxes


def released(page: Page, held: list[Route]) -> None:
    for route in held:
        route.continue_()
    expect(page.locator("#root")).not_to_have_attribute("inert", "")


@pytest.mark.parametrize("width", list(WIDTHS))
@pytest.mark.parametrize("member", [False, True])
def test_first_paint_of_the_feed_matches_the_app(
    own_site: Site, browser: Browser, painter: Account, width: str, *, member: bool
) -> None:
    with visiting(browser, own_site.address, width) as visitor:
        page = visitor.page
        if member:
            sign_in(visitor, painter.username)
        held, before = drawn(visitor, "/")
        assert len(before) == 8
        navigation = page.get_by_role("navigation", name="Main", include_hidden=True).bounding_box()
        page.evaluate(FEWEST)
        released(page, held)
        expect(page.locator("[data-tile]").first).to_be_visible()
        after = page.evaluate(BOXES)
        assert after[: len(before)] == before
        assert page.get_by_role("navigation", name="Main").bounding_box() == navigation
        # Not for a moment was there less than what had been drawn.
        assert page.evaluate("() => window.fewest") >= len(before)
        assert visitor.complaints == []


@pytest.mark.parametrize("width", list(WIDTHS))
def test_first_paint_of_a_photo_matches_the_app(
    own_site: Site, browser: Browser, painter: Account, width: str
) -> None:
    for photo in painter.client.get("/photos", params={"limit": 3}).json()["items"]:
        with visiting(browser, own_site.address, width) as visitor:
            page = visitor.page
            held, before = drawn(visitor, f"/p/{photo['id']}")
            assert [box[0] for box in before] == [photo["alt_text"]]
            page.evaluate(FEWEST)
            released(page, held)
            expect(page.get_by_role("heading", level=1, name=photo["title"])).to_be_attached()
            assert page.evaluate(BOXES)[0] == before[0]
            assert page.evaluate("() => window.fewest") >= 1
            assert visitor.complaints == []


def test_missing_pictures_delay_the_app_only_briefly(
    own_site: Site, browser: Browser, painter: Account
) -> None:
    with visiting(browser, own_site.address) as visitor:
        held = hold(visitor.page, "**/file?size=*")
        visitor.page.goto(own_site.address, wait_until="commit")
        expect(visitor.page.locator("[data-tile]").first).to_be_visible()
        assert held
        for route in held:
            route.abort()


def test_return_to_a_scrolled_feed_does_not_paint_its_top(
    own_site: Site, browser: Browser, painter: Account
) -> None:
    with visiting(browser, own_site.address, "phone") as visitor:
        page = visitor.page
        visitor.go("/")
        page.locator('[data-index="9"]').scroll_into_view_if_needed()
        page.wait_for_function("() => history.state?.anchor")
        held = hold(page, APP)
        with page.expect_request(APP):
            page.reload(wait_until="commit")
        assert page.evaluate(BOXES) == []
        released(page, held)
        expect(page.locator('[data-index="9"]')).to_be_in_viewport()
        assert visitor.complaints == []


def test_picture_transitions_from_the_feed_to_its_page(
    own_site: Site, browser: Browser, painter: Account
) -> None:
    with visiting(browser, own_site.address) as visitor:
        page = visitor.page
        page.emulate_media(reduced_motion="no-preference")
        visitor.go("/")
        tile = page.locator('[data-index="2"]')
        # The first time, the page's code may still be on its way.
        tile.click()
        expect(page.get_by_role("heading", name="Tags")).to_be_visible()
        page.go_back()
        expect(tile).to_be_focused()
        page.evaluate(LISTEN)
        tile.click()
        assert "::view-transition-group(photo)" in page.evaluate("() => window.grown")
        expect(page.get_by_role("heading", name="Tags")).to_be_visible()
        page.go_back()
        expect(tile).to_be_focused()
        assert visitor.complaints == []

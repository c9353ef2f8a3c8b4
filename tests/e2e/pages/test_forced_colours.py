"""Forced colours, narrow windows and 200 % zoom: everything stays visible and distinguishable."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.support.browser.layout import TOO_WIDE
from tests.support.browser.visitor import Visitor, sign_in, visiting
from tests.support.stack.site import Json, Site

pytestmark = pytest.mark.e2e
# CSS pixels: the narrowest window of WCAG 1.4.10, and 1280 x 900 at 200 %.
WINDOWS = {"narrow": (320, 640), "zoomed": (640, 450)}
STOPS = 14
"""presses of the Tab key on each page"""
LOST_FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return '';
    const ringed = (each) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(each);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
    };
    const html = one.outerHTML.slice(0, 160);
    let each = one;
    while (each && !ringed(each)) each = each.parentElement;
    if (!each) return `no ring: ${html}`;
    const { left, top, width, height } = one.getBoundingClientRect();
    const above = document.elementFromPoint(left + width / 2, top + height / 2);
    return above?.closest('nav') && !one.closest('nav') ? `under the bar: ${html}` : '';
}"""
LOOK = """(one) => {
    const { borderTopStyle, backgroundColor } = getComputedStyle(one);
    return [borderTopStyle, backgroundColor];
}"""


@pytest.fixture(scope="module")
def photo(site: Site, shared_photo: bytes) -> Json:
    account = site.sign_up("inker")
    body = account.upload(shared_photo, title="Sharp", tags="moorings").json()
    return account.wait_until_done(body["id"])


@pytest.fixture(scope="module")
def reader(site: Site, browser: Browser, photo: Json) -> Iterator[Visitor]:
    with visiting(browser, site.address) as visitor:
        sign_in(visitor, "inker")
        visitor.page.emulate_media(forced_colors="active")
        yield visitor


def look(one: Locator) -> tuple[str, str]:
    border, background = one.evaluate(LOOK)
    return border, background


def shown(page: Page, path: str, photo_id: str) -> None:
    """Wait for an element that only the finished page has."""
    done = {
        "/": page.locator(f'a[href="/p/{photo_id}"]'),
        "/upload": page.get_by_role("radio", name="Only me"),
        f"/p/{photo_id}": page.get_by_role("combobox", name=re.compile("tag")),
        "/explore?q=tag:moorings": page.locator(f'a[href="/p/{photo_id}"]'),
        "/you": page.locator(f'a[href="/p/{photo_id}"]'),
        "/albums": page.get_by_role("button", name="New album"),
        "/settings": page.get_by_role("button", name="Save"),
    }
    expect(done[path].first).to_be_visible()


@pytest.mark.parametrize("window", list(WINDOWS))
def test_no_horizontal_scrolling_and_visible_focus(reader: Visitor, photo: Json, window: str) -> None:
    page = reader.page
    width, height = WINDOWS[window]
    page.set_viewport_size({"width": width, "height": height})
    paths = ("/", f"/p/{photo['id']}", "/explore?q=tag:moorings", "/upload", "/you", "/albums", "/settings")
    for path in paths:
        reader.go(path)
        shown(page, path, photo["id"])
        over = page.evaluate(TOO_WIDE)
        assert over <= 0, f"{path} is {over} px too wide"
        for _ in range(STOPS):
            page.keyboard.press("Tab")
            assert page.evaluate(LOST_FOCUS) == "", path
    assert reader.complaints == []


def test_tag_source_is_distinguishable_without_colour(reader: Visitor, photo: Json) -> None:
    page = reader.page
    page.set_viewport_size({"width": 1024, "height": 768})
    reader.go(f"/p/{photo['id']}")
    suggested = page.get_by_role("list", name=re.compile("^Suggested")).get_by_role("listitem")
    expect(suggested.first).to_be_visible()
    _, canvas = look(page.locator("body"))
    border, background = look(suggested.first)
    assert border == "dashed"
    confirmed = page.get_by_role("list", name="Confirmed").get_by_role("listitem").first
    border, ink = look(confirmed)
    assert border == "solid"
    assert ink not in (background, canvas), "solid ink"
    assert look(suggested.first.locator(".bg-model"))[1] != canvas, "how sure the model is"
    name = suggested.first.get_attribute("data-tag") or ""
    suggested.first.get_by_role("button", name=re.compile("^Reject")).click()
    page.get_by_text(re.compile(r"^Rejected \(1\)")).click()
    expect(page.locator(f'[data-tag="{name}"] s')).to_be_visible()
    assert reader.complaints == []


def test_current_page_and_buttons_keep_their_shape(reader: Visitor, photo: Json) -> None:
    page = reader.page
    page.set_viewport_size({"width": 1024, "height": 768})
    reader.go("/upload")
    shown(page, "/upload", photo["id"])
    _, canvas = look(page.locator("body"))
    assert look(page.get_by_text("Choose photos", exact=True))[1] != canvas
    here = page.get_by_role("navigation", name="Main").get_by_role("link", name="Upload")
    elsewhere = page.get_by_role("navigation", name="Main").get_by_role("link", name="Feed")
    width = "(one) => getComputedStyle(one).borderTopWidth"
    assert (here.evaluate(width), elsewhere.evaluate(width)) == ("1px", "0px")
    reader.go("/")
    shown(page, "/", photo["id"])
    edges = (
        page.locator("main nav")
        .first.get_by_role("link")
        .evaluate_all("(all) => all.map((one) => getComputedStyle(one).borderBottomColor)")
    )
    assert edges[0] not in edges[1:], "the tab that is open alone is underlined"

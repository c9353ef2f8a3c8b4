"""The feed and the app shell: scroll position, selection, shortcuts, offline."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.support.browser.layout import TOO_WIDE
from tests.support.browser.visitor import Visitor, sign_in, visiting
from tests.support.pictures import make_jpeg
from tests.support.stack.site import PASSWORD, Account, Site, running_site

pytestmark = pytest.mark.e2e
PHOTOS = 80
"""more than one page of the list, so that a photo can be on the second"""


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A separate stack, so that the feed has known contents."""
    with running_site(tmp_path_factory.mktemp("frame") / "state") as running:
        yield running


@pytest.fixture(scope="module")
def owner(own_site: Site) -> Account:
    """A user with 80 photos, every eighth of a harbour."""
    account = own_site.sign_up("framer")
    ids = []
    for number in range(PHOTOS):
        width, height = ((640, 480), (480, 640), (600, 600))[number % 3]
        tags = "harbour" if number % 8 == 0 else ""
        photo = account.upload(make_jpeg(width, height, number), title=f"Photo {number}", tags=tags)
        ids.append(photo.json()["id"])
    for photo_id in ids:
        account.wait_until_done(photo_id)
    return account


@pytest.fixture(scope="module")
def reader(own_site: Site, browser: Browser, owner: Account) -> Iterator[Visitor]:
    """The owner's signed-in browser, for all tests of this file."""
    with visiting(browser, own_site.address) as visitor:
        sign_in(visitor, owner.username)
        yield visitor


@pytest.fixture
def visitor(reader: Visitor) -> Iterator[Visitor]:
    reader.complaints.clear()
    yield reader
    assert reader.complaints == []


def grid(page: Page) -> Locator:
    return page.get_by_role("list", name=re.compile("^(Photos|Photos by .+)$"))


def tile(page: Page, number: int) -> Locator:
    """The link of the photo at an index of the list."""
    return grid(page).locator(f'[data-index="{number}"]')


def top_of(page: Page, photo_id: str) -> float:
    """Wait for a photo and return its distance from the window's top, in pixels."""
    link = grid(page).locator(f'a[href="/p/{photo_id}"]')
    expect(link).to_be_visible()
    top: float = link.evaluate("(link) => link.getBoundingClientRect().top")
    return top


def scroll_deep(page: Page) -> str:
    """Scroll into the list's second page and return the id of a visible photo."""
    expect(tile(page, 0)).to_be_visible()
    for _ in range(40):
        page.mouse.wheel(0, 600)
        page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => done(true)))")
        if tile(page, 62).count():
            break
    expect(tile(page, 62)).to_be_visible()
    tile(page, 62).evaluate("(link) => link.scrollIntoView({block: 'center'})")
    href = tile(page, 62).get_attribute("href") or ""
    # The place is written down when scrolling has settled.
    page.wait_for_function("() => history.state?.anchor?.loaded > 60")
    return href.removeprefix("/p/")


def expect_place(page: Page, photo_id: str, before: float) -> None:
    page.wait_for_function(
        """([id, before]) => {
             const link = document.querySelector(`a[data-index][href="/p/${id}"]`);
             return link && Math.abs(link.getBoundingClientRect().top - before) <= 4;
           }""",
        arg=[photo_id, before],
    )


def test_back_and_reload_restore_the_scroll_position_within_4_pixels(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/")
    page.mouse.move(700, 500)
    photo_id = scroll_deep(page)
    before = top_of(page, photo_id)
    grid(page).locator(f'a[href="/p/{photo_id}"]').click()
    expect(page.get_by_role("heading", name="Tags")).to_be_visible()
    page.go_back()
    expect_place(page, photo_id, before)
    expect(grid(page).locator(f'a[href="/p/{photo_id}"]')).to_be_focused()
    page.reload()
    expect_place(page, photo_id, before)
    grid(page).locator(f'a[href="/p/{photo_id}"]').click()
    page.get_by_role("button", name="Back").click()
    expect_place(page, photo_id, before)


def test_back_scrolls_to_the_photo_viewed_last(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/explore")
    visitor.go("/")
    hrefs = [tile(page, number).get_attribute("href") or "" for number in range(21)]
    tile(page, 1).click()
    expect(page.get_by_role("heading", name="Tags")).to_be_visible()
    for href in hrefs[2:]:
        page.keyboard.press("ArrowRight")
        page.wait_for_url(f"**{href}")
    page.go_back()
    last = grid(page).locator(f'a[href="{hrefs[-1]}"]')
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport(ratio=1)
    before = top_of(page, hrefs[-1].removeprefix("/p/"))
    page.reload()
    expect_place(page, hrefs[-1].removeprefix("/p/"), before)


def test_selected_range_gets_a_tag(visitor: Visitor, owner: Account) -> None:
    page = visitor.page
    visitor.go("/you")
    expect(tile(page, 8)).to_be_visible()
    tile(page, 0).focus()
    page.keyboard.press("x")
    bar = page.get_by_role("region", name="Selected photos")
    expect(bar.get_by_text("1 selected")).to_be_visible()
    tile(page, 8).click(modifiers=["Shift"])
    expect(bar.get_by_text("9 selected")).to_be_visible()
    page.keyboard.press("t")
    tags = bar.get_by_role("list", name="Tags of the selected photos")
    share = tags.get_by_role("listitem").filter(has_text="harbour")
    expect(share).to_contain_text("of 9")
    assert visitor.axe_violations() == []
    share.get_by_role("button", name="Add harbour to all").click()
    expect(share).to_contain_text("on all")
    bar.get_by_role("textbox", name="Add a tag to all").fill("by the sea")
    page.keyboard.press("Enter")
    expect(page.get_by_text("“by the sea” added to 9 photos.")).to_be_visible()
    found = owner.client.get("/photos", params={"q": 'tag:"by the sea" tag:harbour'}).json()["items"]
    assert len(found) == 9
    page.get_by_role("button", name="Clear the selection").click()
    expect(bar).to_have_count(0)


def test_suggestions_are_accepted_on_several_photos(visitor: Visitor, owner: Account) -> None:
    page = visitor.page
    photos = owner.client.get("/photos", params={"user": owner.username, "limit": 60}).json()["items"]
    suggested = [any(tag["state"] == "suggested" for tag in photo["tags"]) for photo in photos]
    first = next(place for place in range(59) if suggested[place] and suggested[place + 1])
    visitor.go("/you")
    tile(page, first).scroll_into_view_if_needed()
    tile(page, first).focus()
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowRight")
    bar = page.get_by_role("region", name="Selected photos")
    expect(bar.get_by_text("2 selected")).to_be_visible()
    page.keyboard.press("t")
    bar.get_by_role("button", name="Accept all suggestions").click()
    expect(page.get_by_text("Suggestions accepted on 2 photos.")).to_be_visible()
    expect(bar.get_by_role("button", name="Accept all suggestions")).to_have_count(0)
    for photo in photos[first : first + 2]:
        assert {tag["state"] for tag in owner.photo(photo["id"])["tags"]} == {"accepted"}


def test_select_all_move_to_trash_and_undo(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/you")
    expect(tile(page, 0)).to_be_visible()
    page.keyboard.press("Control+a")
    bar = page.get_by_role("region", name="Selected photos")
    # No more than what is loaded, which it says.
    expect(bar.get_by_text(re.compile(r"^60 selected"))).to_contain_text("Scroll to load more")
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    first = tile(page, 0).get_attribute("href")
    tile(page, 0).focus()
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowRight")
    expect(bar.get_by_text("2 selected")).to_be_visible()
    page.keyboard.press("Delete")
    expect(page.get_by_text("2 photos moved to the trash.")).to_be_visible()
    expect(grid(page).locator(f'a[href="{first}"]')).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.get_by_text("2 photos restored.")).to_be_visible()
    expect(grid(page).locator(f'a[href="{first}"]')).to_have_count(1)


def test_navigation_shortcuts_work_except_while_typing(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/")
    expect(tile(page, 0)).to_be_visible()
    page.keyboard.press("/")
    box = page.get_by_role("textbox", name="Search photos")
    expect(box).to_be_focused()
    page.keyboard.type("gfgeu?lx")
    expect(box).to_have_value("gfgeu?lx")
    expect(page).to_have_url(re.compile(r"/$"))
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", level=1, name="Explore")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(tile(page, 0)).to_be_visible()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    page.keyboard.press("u")
    expect(dialog).to_be_visible()
    assert visitor.axe_violations() == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/$"))


def test_offline_like_is_sent_after_reconnecting(visitor: Visitor, owner: Account) -> None:
    page = visitor.page
    visitor.go("/")
    expect(tile(page, 3)).to_be_visible()
    photo_id = (tile(page, 3).get_attribute("href") or "").removeprefix("/p/")
    visitor.context.set_offline(True)
    try:
        expect(page.get_by_text("You are offline. You can still read what has loaded.")).to_be_visible()
        tile(page, 3).focus()
        page.keyboard.press("l")
        expect(
            page.get_by_text("You are offline. 1 change will be saved when you reconnect.")
        ).to_be_visible()
        assert visitor.axe_violations() == []
    finally:
        visitor.context.set_offline(False)
    expect(page.get_by_text("Liked.", exact=True)).to_be_visible()
    assert owner.photo(photo_id)["liked"] is True
    # Chromium itself reports what it could not fetch, such as the live events.
    visitor.complaints[:] = [line for line in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in line]


@pytest.mark.parametrize("path", ["/", "photo"])
def test_first_data_is_embedded_in_the_page(
    own_site: Site, browser: Browser, owner: Account, path: str
) -> None:
    """Signed out, the feed and a photo page are painted without an API request."""
    asked: list[str] = []
    with visiting(browser, own_site.address) as visitor:
        page = visitor.page
        photo = owner.client.get("/photos", params={"limit": 1}).json()["items"][0]
        page.on("request", lambda request: asked.append(request.url.removeprefix(own_site.address)))
        visitor.go(path if path == "/" else f"/p/{photo['id']}")
        expect(page.get_by_role("img", name=photo["alt_text"]).first).to_be_visible()
        assert not [
            url for url in asked if url in ("/api/v1/photos?limit=60", f"/api/v1/photos/{photo['id']}")
        ]
        assert visitor.complaints == []


def test_feed_tabs_have_urls(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/")
    page.get_by_role("link", name="Tags you use").click()
    expect(page.get_by_role("heading", level=1, name="Photos with tags you use")).to_be_visible()
    expect(tile(page, 0)).to_be_visible()
    assert visitor.axe_violations() == []
    page.get_by_role("link", name="Popular").click()
    expect(page.get_by_role("heading", level=1, name="Popular photos")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Popular")).to_have_attribute("aria-current", "page")
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Photos with tags you use")).to_be_visible()


def test_expired_session_asks_for_the_password_in_a_dialog(
    own_site: Site, browser: Browser, owner: Account
) -> None:
    """Page and typed text stay; after signing in, the request is sent."""
    with visiting(browser, own_site.address) as visitor:
        page = visitor.page
        sign_in(visitor, owner.username)
        tile(page, 0).click()
        comment = page.get_by_role("textbox", name=re.compile("comment", re.IGNORECASE))
        comment.fill("What a light")
        visitor.context.clear_cookies()
        page.get_by_role("button", name=re.compile("^Like")).click()
        overlay = page.get_by_role("alertdialog", name="Your session has ended")
        expect(overlay).to_be_visible()
        assert visitor.axe_violations() == []
        overlay.get_by_label("Password", exact=True).fill(PASSWORD)
        overlay.get_by_role("button", name="Sign in").click()
        expect(overlay).to_have_count(0)
        expect(comment).to_have_value("What a light")
        # Chromium itself reports the refused like; nothing else may complain.
        assert [line for line in visitor.complaints if "401" not in line] == []


def test_like_while_signed_out_asks_to_sign_in(own_site: Site, browser: Browser, owner: Account) -> None:
    guest = own_site.sign_up("guest")
    with visiting(browser, own_site.address) as visitor:
        page = visitor.page
        visitor.go("/")
        photo_id = (tile(page, 5).get_attribute("href") or "").removeprefix("/p/")
        tile(page, 5).focus()
        page.keyboard.press("l")
        page.get_by_label("Username or e-mail").fill(guest.username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("form").get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("Liked.", exact=True)).to_be_visible()
        assert guest.photo(photo_id)["liked"] is True
        assert visitor.complaints == []


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (1280, 2)])
def test_nothing_is_cut_off_at_320_pixels_or_200_percent(
    own_site: Site, reader: Visitor, owner: Account, width: int, zoom: int
) -> None:
    page = reader.context.new_page()
    try:
        # A browser's zoom is a window of fewer CSS pixels.
        page.set_viewport_size({"width": width // zoom, "height": 800 // zoom})
        photo_id = owner.client.get("/photos", params={"limit": 1}).json()["items"][0]["id"]
        paths = ["/", "/explore", "/explore?q=harbour", "/you", "/upload", "/following", "/albums", "/trash"]
        for path in [*paths, f"/p/{photo_id}", "/settings/keys", "/settings/privacy", "/admin/jobs"]:
            page.goto(f"{own_site.address}{path}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            over = page.evaluate(TOO_WIDE)
            assert over <= 0, f"{path} is {over} px too wide at {width} px and {zoom * 100} %"
    finally:
        page.close()

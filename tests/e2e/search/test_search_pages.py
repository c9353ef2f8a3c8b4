"""Search, trash and share links in the browser."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.support.browser.layout import TOO_WIDE
from tests.support.browser.visitor import sign_in, visiting
from tests.support.pictures import make_jpeg
from tests.support.stack.site import Account, Site

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def owner(site: Site) -> Account:
    """A user with two photos of a harbour, one of them with a boat."""
    account = site.sign_up("explorer")
    for seed, title, tags in ((901, "Quay", "harbour,boat"), (902, "Pier", "harbour")):
        photo = account.upload(make_jpeg(640, 480, seed), title=title, tags=tags).json()
        account.wait_until_done(photo["id"])
    return account


def search_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Search photos")


def results(page: Page) -> Locator:
    return page.get_by_role("list", name="Search results").get_by_role("listitem")


def test_tag_page_shows_tags_with_their_photos(site: Site, browser: Browser, owner: Account) -> None:
    """Each tag links to its photos before anything is typed."""
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        visitor.go("/explore")
        tile = page.get_by_role("list", name="Tags").get_by_role("link", name=re.compile("^harbour"))
        expect(tile.get_by_text("2 photos")).to_be_visible()
        tile.scroll_into_view_if_needed()
        expect(tile.locator("img")).to_have_count(2)
        tile.click()
        expect(results(page)).to_have_count(2)
        assert visitor.complaints == []


def test_search_box_and_facets_agree(site: Site, browser: Browser, owner: Account) -> None:
    """Each press cycles off, with, without, off, and changes the text, the URL and the results."""
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        visitor.go("/explore")
        search_box(page).fill("tag:harbour")
        search_box(page).press("Enter")
        expect(results(page)).to_have_count(2)
        boat = page.get_by_role("region", name="Tags").get_by_role("button", name=re.compile("boat"))
        expect(boat).to_have_accessible_name(re.compile("^any boat"))
        boat.click()
        expect(search_box(page)).to_have_value("tag:harbour tag:boat")
        expect(results(page)).to_have_count(1)
        boat.click()
        expect(search_box(page)).to_have_value("tag:harbour -tag:boat")
        expect(boat).to_have_accessible_name(re.compile("^without boat"))
        expect(results(page).get_by_role("link")).to_have_count(1)
        page.reload()
        expect(search_box(page)).to_have_value("tag:harbour -tag:boat")
        expect(results(page)).to_have_count(1)
        boat.click()
        expect(results(page)).to_have_count(2)
        page.go_back()
        expect(search_box(page)).to_have_value("tag:harbour -tag:boat")
        assert visitor.complaints == []


def test_filters_open_as_a_drawer_on_phones(site: Site, browser: Browser, owner: Account) -> None:
    """Each filter is written into the search box, from which the drawer reads it back."""
    with visiting(browser, site.address, "phone") as visitor:
        page = visitor.page
        box = page.locator('input[aria-label="Search photos"]')
        visitor.go("/explore?q=tag:harbour")
        expect(results(page)).to_have_count(2)
        page.get_by_role("button", name="Filters").click()
        drawer = page.get_by_role("dialog", name="Filters")
        drawer.get_by_role("button", name=re.compile("boat")).click()
        expect(box).to_have_value("tag:harbour tag:boat")
        drawer.get_by_label("Taken from").fill("2024-02-29")
        expect(box).to_have_value("tag:harbour tag:boat after:2024-02-29")
        drawer.get_by_label("Camera", exact=True).fill("EOS 5D")
        drawer.get_by_label("Camera", exact=True).press("Enter")
        expect(box).to_have_value('tag:harbour tag:boat after:2024-02-29 camera:"EOS 5D"')
        assert visitor.axe_violations() == []
        drawer.get_by_label("Camera", exact=True).fill("")
        drawer.get_by_label("Camera", exact=True).press("Enter")
        expect(box).to_have_value("tag:harbour tag:boat after:2024-02-29")
        drawer.get_by_label("Taken from").fill("")
        expect(box).to_have_value("tag:harbour tag:boat")
        drawer.get_by_role("button", name="Show the photos").click()
        expect(drawer).to_have_count(0)
        expect(page.get_by_role("button", name="Filters (2)")).to_be_focused()
        expect(results(page)).to_have_count(1)
        assert visitor.complaints == []


def test_syntax_error_is_underlined_in_the_search_box(site: Site, browser: Browser, owner: Account) -> None:
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        visitor.go("/explore?q=tag:harbour")
        expect(results(page)).to_have_count(2)
        search_box(page).fill("tag:harbour colour:red")
        search_box(page).press("Enter")
        expect(page.get_by_test_id("bad-part")).to_have_text("colour:red")
        expect(search_box(page)).to_have_attribute("aria-invalid", "true")
        expect(results(page)).to_have_count(2)
        page.get_by_role("button", name="Search for tag:harbour").click()
        expect(page.get_by_test_id("bad-part")).to_have_count(0)
        expect(search_box(page)).to_have_value("tag:harbour")
        # Chromium itself reports the refused search; nothing else may complain.
        assert [line for line in visitor.complaints if "422" not in line] == []


def test_no_results_suggests_which_term_to_remove(site: Site, browser: Browser, owner: Account) -> None:
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        visitor.go("/explore?q=tag:harbour+zeppelin")
        page.get_by_role("link", name="Without zeppelin: 2 photos").click()
        expect(results(page)).to_have_count(2)


def test_search_shortcut_works_except_while_typing(site: Site, browser: Browser, owner: Account) -> None:
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        visitor.go("/signin")
        page.get_by_label("Username or e-mail").press("/")
        expect(page.get_by_label("Username or e-mail")).to_have_value("/")
        visitor.go("/")
        # The first page is drawn before the app handles keys.
        page.wait_for_load_state("networkidle")
        page.keyboard.press("/")
        expect(search_box(page)).to_be_focused()
        page.keyboard.type("a/b")
        expect(search_box(page)).to_have_value("a/b")


def test_trashed_photos_are_restored_or_deleted(site: Site, browser: Browser) -> None:
    account = site.sign_up("chucker")
    for seed, title in ((911, "Kept"), (912, "Lost")):
        photo = account.upload(make_jpeg(640, 480, seed), title=title).json()
        account.wait_until_done(photo["id"])
        assert account.client.delete(f"/photos/{photo['id']}").status_code == 204
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        sign_in(visitor, account.username)
        page.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Trash").click()
        thrown = page.get_by_role("list", name="Photos in the trash").get_by_role("listitem")
        expect(thrown).to_have_count(2)
        page.get_by_role("button", name="Delete Lost permanently").click()
        page.get_by_role("button", name="Keep it").click()
        expect(thrown).to_have_count(2)
        page.get_by_role("button", name="Delete Lost permanently").click()
        assert visitor.axe_violations() == []
        page.get_by_role("alertdialog").get_by_role("button", name="Delete permanently").click()
        expect(thrown).to_have_count(1)
        expect(page.get_by_role("button", name="Restore Kept")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("The trash is empty.")).to_be_visible()
        assert visitor.complaints == []
    left = account.client.get("/photos", params={"user": account.username}).json()["items"]
    assert [photo["title"] for photo in left] == ["Kept"]


def test_share_link_opens_with_its_password_until_revoked(site: Site, browser: Browser) -> None:
    account = site.sign_up("sharer")
    client = account.client
    photo_id = account.upload(make_jpeg(640, 480, 921), visibility="private").json()["id"]
    account.wait_until_done(photo_id)
    album = f"/albums/{client.post('/albums', json={'title': 'For grandma'}).json()['id']}"
    assert client.put(f"{album}/photos/{photo_id}").status_code == 204
    link = client.post(f"{album}/share-links", json={"password": "by the lake"}).json()
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        visitor.go(link["url"])
        page.get_by_label("Password").fill("by the sea")
        page.get_by_role("button", name="Open the album").click()
        # The server's form, or the app's that took its place with what was typed: both say so.
        expect(page.locator("#root").get_by_text("Wrong password.")).to_be_visible()
        expect(page.locator("#served")).to_have_count(0)
        assert visitor.axe_violations() == []
        page.get_by_label("Password").fill("by the lake")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="For grandma")).to_be_visible()
        picture = page.get_by_role("list", name="Photos of the album").get_by_role("img")
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("(image) => image.naturalWidth") > 0
        expect(page.locator("#served")).to_have_count(0)
        assert visitor.axe_violations() == []
        page.reload()
        expect(page.get_by_role("heading", name="For grandma")).to_be_visible()
        assert client.delete(f"{album}/share-links/{link['id']}").status_code == 204
        page.reload()
        expect(page.get_by_text("Page not found").first).to_be_visible()
        # Chromium itself reports what was refused; nothing else may complain.
        refused = ("401", "404")
        assert [line for line in visitor.complaints if not any(code in line for code in refused)] == []


@pytest.mark.parametrize("width", ["phone", "tablet", "desktop"])
def test_pages_are_accessible_and_fit_the_window(
    site: Site, browser: Browser, owner: Account, width: str
) -> None:
    paths = ["/explore", "/explore?q=tag:harbour", "/explore?q=(", "/explore?q=zeppelin", "/trash"]
    with visiting(browser, site.address, width) as visitor:
        sign_in(visitor, owner.username)
        for path in paths:
            visitor.go(path)
            visitor.page.wait_for_load_state("networkidle")
            assert visitor.axe_violations() == [], path
            over = visitor.page.evaluate(TOO_WIDE)
            assert over <= 0, f"{path} is {over} px too wide at {width}"

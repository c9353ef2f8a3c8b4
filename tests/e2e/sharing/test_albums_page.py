"""The owner's albums: create, fill, reorder by pointer and keyboard, edit, delete."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.support.browser.visitor import Visitor, visiting
from tests.support.pictures import make_jpeg
from tests.support.stack.site import PASSWORD, Account, Site

pytestmark = pytest.mark.e2e
TITLES = ["Lake", "Harbour", "Forest"]
"""newest added first, as an album without an order shows them"""


@pytest.fixture(scope="module")
def keeper(site: Site) -> Iterator[Account]:
    """Someone with three photos; they go when the tests are through."""
    account = site.sign_up("album-keeper")
    ids = [
        account.upload(make_jpeg(640, 480, 500 + index), title=title).json()["id"]
        for index, title in enumerate(reversed(TITLES))
    ]
    for photo_id in ids:
        account.wait_until_done(photo_id)
    yield account
    assert account.client.request("DELETE", "/me", json={"password": PASSWORD}).status_code == 204


@pytest.fixture(scope="module")
def reader(site: Site, browser: Browser, keeper: Account) -> Iterator[Visitor]:
    with visiting(browser, site.address) as visitor:
        visitor.go("/signin")
        visitor.page.get_by_label("Username or e-mail").fill(keeper.username)
        visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
        visitor.page.locator("form").get_by_role("button", name="Sign in").last.click()
        visitor.page.wait_for_url(re.compile(r"/$"))
        yield visitor


@pytest.fixture
def visitor(reader: Visitor) -> Iterator[Visitor]:
    reader.complaints.clear()
    yield reader
    assert reader.complaints == []


@pytest.fixture
def album(keeper: Account) -> str:
    """An album with all three photos, in the order of `TITLES`."""
    found = keeper.client.get("/photos", params={"user": keeper.username}).json()["items"]
    ids = {photo["title"]: photo["id"] for photo in found}
    album_id: str = keeper.client.post("/albums", json={"title": "Week in May"}).json()["id"]
    for title in reversed(TITLES):
        assert keeper.client.put(f"/albums/{album_id}/photos/{ids[title]}").status_code == 204
    return album_id


def order_kept(keeper: Account, album_id: str) -> list[str]:
    items = keeper.client.get("/photos", params={"album": album_id}).json()["items"]
    return [photo["title"] for photo in items]


def expect_order(page: Page, titles: list[str]) -> None:
    """Wait until the album shows the photos in this order, read from the labels of their menus."""
    menus = page.get_by_role("list", name="Photos in order").get_by_role("button")
    for place, title in enumerate(titles):
        expect(menus.nth(place)).to_have_accessible_name(f"Move {title}")


def test_create_fill_edit_and_delete_album(visitor: Visitor, keeper: Account) -> None:
    page = visitor.page
    visitor.go("/albums")
    expect(page.get_by_role("heading", name="Albums")).to_be_visible()
    page.get_by_role("button", name="New album").click()
    dialog = page.get_by_role("dialog", name="New album")
    dialog.get_by_role("button", name="Create album").click()
    expect(dialog.get_by_label("Title")).to_be_focused()
    expect(dialog.get_by_text("Enter a title.")).to_be_visible()
    assert visitor.axe_violations() == []
    dialog.get_by_label("Title").fill("Rain")
    dialog.get_by_role("button", name="Create album").click()

    expect(page.get_by_role("heading", level=1, name="Rain")).to_be_visible()
    page.get_by_role("button", name="Add photos").click()
    picker = page.get_by_role("dialog", name="Add photos to the album")
    for title in TITLES[:2]:
        picker.get_by_role("button", name=title).click()
    assert visitor.axe_violations() == []
    picker.get_by_role("button", name="Add 2 photos").click()
    expect(page.get_by_role("list", name="Photos of Rain").get_by_role("listitem")).to_have_count(2)
    assert visitor.axe_violations() == []

    page.get_by_role("button", name="More actions for this album").click()
    page.get_by_role("menuitem", name="Edit").click()
    page.get_by_label("Title").fill("Rain in May")
    page.get_by_label("Visible to").select_option("unlisted")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1, name="Rain in May")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Anyone with the link")).to_be_visible()

    page.get_by_role("button", name="More actions for this album").click()
    page.get_by_role("menuitem", name="Delete album").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete album").click()
    expect(page.get_by_text("Deleted “Rain in May”. Its photos are kept.")).to_be_visible()
    assert keeper.client.get("/me").json()["counts"]["photos"] == len(TITLES)


def test_photos_are_added_from_their_page_and_from_a_selection(
    visitor: Visitor, keeper: Account, album: str
) -> None:
    page = visitor.page
    photo_id = keeper.client.get("/photos", params={"user": keeper.username}).json()["items"][0]["id"]
    visitor.go(f"/p/{photo_id}")
    page.get_by_role("button", name="Add to album").click()
    dialog = page.get_by_role("dialog", name="Add to an album")
    expect(dialog.get_by_role("button", name="Week in May")).to_be_visible()
    assert visitor.axe_violations() == []
    dialog.get_by_label("Title of the new album").fill("Made here")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_text("1 photo added to “Made here”.")).to_be_visible()
    visitor.go("/you")
    expect(page.locator('[data-index="2"]')).to_be_visible()
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Add to album").click()
    dialog.get_by_role("button", name="Made here").click()
    expect(page.get_by_text("3 photos added to “Made here”.")).to_be_visible()
    mine = keeper.client.get("/albums").json()["items"]
    (made,) = [each for each in mine if each["title"] == "Made here"]
    assert made["photo_count"] == len(TITLES)
    assert keeper.client.delete(f"/albums/{made['id']}").status_code == 204


def test_photos_are_reordered_by_menu_and_by_pointer(visitor: Visitor, keeper: Account, album: str) -> None:
    """Each way is undone or survives a reload, and the server has the same order as the page."""
    page = visitor.page
    visitor.go(f"/a/{album}")
    page.get_by_role("button", name="Arrange").click()
    expect_order(page, TITLES)
    assert visitor.axe_violations() == []

    page.get_by_role("button", name="Move Lake").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Move later")).to_be_visible()
    page.get_by_role("menuitem", name="Move later").press("Enter")
    expect_order(page, ["Harbour", "Lake", "Forest"])
    expect(page.get_by_text("Lake is now 2 of 3.")).to_be_visible()
    expect(page.get_by_role("button", name="Move Lake")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect_order(page, TITLES)

    items = page.get_by_role("list", name="Photos in order").get_by_role("listitem")
    box = items.nth(0).bounding_box()
    assert box
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        items.nth(2).drag_to(items.nth(0), target_position={"x": 8, "y": box["height"] / 2})
    expect_order(page, ["Forest", "Lake", "Harbour"])
    expect(page.get_by_text("Forest is now 1 of 3.")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Arrange").click()
    expect_order(page, ["Forest", "Lake", "Harbour"])
    assert order_kept(keeper, album) == ["Forest", "Lake", "Harbour"]


def test_cover_is_chosen_and_undo_restores_a_removed_photo(
    visitor: Visitor, keeper: Account, album: str
) -> None:
    page = visitor.page
    visitor.go(f"/a/{album}")
    page.get_by_role("button", name="Arrange").click()
    page.get_by_role("button", name="Move Harbour").click()
    page.get_by_role("menuitem", name="Use as cover").click()
    expect(page.get_by_text("Harbour is now the cover.")).to_be_visible()
    assert keeper.client.get(f"/albums/{album}").json()["cover"]["title"] == "Harbour"
    page.get_by_role("button", name="Move Harbour").click()
    page.get_by_role("menuitem", name="Remove from album").click()
    expect(page.get_by_text("Removed Harbour from the album.")).to_be_visible()
    expect_order(page, ["Lake", "Forest"])
    page.get_by_role("button", name="Undo").click()
    expect_order(page, TITLES)
    assert order_kept(keeper, album) == TITLES


def test_private_album_is_404_for_others(site: Site, browser: Browser, album: str) -> None:
    with visiting(browser, site.address, "phone") as guest:
        guest.go(f"/a/{album}")
        expect(guest.page.get_by_text("Page not found").first).to_be_visible()
        guest.go("/albums")
        expect(guest.page.get_by_text("Sign in to see your albums.")).to_be_visible()
        assert guest.axe_violations() == []


def test_share_link_opens_the_album_until_revoked(visitor: Visitor, browser: Browser, album: str) -> None:
    page = visitor.page
    visitor.go(f"/a/{album}")
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share with a link")
    expect(dialog.get_by_text("No links yet.")).to_be_visible()
    dialog.get_by_label("Password").fill("by the lake")
    dialog.get_by_role("button", name="Create link").click()
    expect(dialog.get_by_text("password-protected")).to_be_visible()
    expect(dialog.get_by_role("button", name="Create link")).to_be_enabled()
    assert visitor.axe_violations() == []
    address = dialog.get_by_label("Link 1", exact=True).input_value()
    with visiting(browser, visitor.address, "phone") as guest:
        guest.page.goto(address)
        guest.page.get_by_label("Password").fill("by the lake")
        guest.page.get_by_role("button", name="Open").click()
        expect(guest.page.get_by_role("heading", name="Week in May")).to_be_visible()
        expect(guest.page.get_by_role("main").get_by_role("img")).to_have_count(len(TITLES))
        dialog.get_by_role("button", name="Revoke link 1").click()
        expect(dialog.get_by_text("No links yet.")).to_be_visible()
        guest.page.goto(address)
        expect(guest.page.get_by_text("Page not found").first).to_be_visible()

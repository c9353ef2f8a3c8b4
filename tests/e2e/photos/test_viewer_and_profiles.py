"""The photo viewer, profiles, following and blocking in the browser."""

import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from tests.support.browser.layout import TOO_WIDE
from tests.support.browser.visitor import Visitor, sign_in, visiting
from tests.support.patience import WAIT_S
from tests.support.pictures import make_jpeg
from tests.support.stack.site import Account, Site

pytestmark = pytest.mark.e2e

TITLES = ["Dawn", "Noon", "Dusk"]
"""oldest first, so `Dusk` leads the list"""


@pytest.fixture(scope="module")
def walker(site: Site, shared_photo: bytes) -> Account:
    """A user with three public photos; the newest has a suggestion."""
    account = site.sign_up("walker")
    pictures = [make_jpeg(900, 600, 951), make_jpeg(600, 900, 952), shared_photo]
    for title, data in zip(TITLES, pictures, strict=True):
        photo = account.upload(data, title=title, tags="footpath").json()
        account.wait_until_done(photo["id"])
    return account


@pytest.fixture(scope="module")
def photos(walker: Account) -> dict[str, str]:
    """Ids by title."""
    items = walker.client.get("/photos", params={"user": "walker"}).json()["items"]
    return {photo["title"]: photo["id"] for photo in items}


@pytest.fixture(scope="module")
def owner(site: Site, browser: Browser, walker: Account) -> Iterator[Visitor]:
    with visiting(browser, site.address) as visitor:
        sign_in(visitor, walker.username)
        yield visitor


@pytest.fixture(scope="module")
def guest(site: Site, browser: Browser) -> Iterator[Visitor]:
    site.sign_up("guest")
    with visiting(browser, site.address) as visitor:
        sign_in(visitor, "guest")
        yield visitor


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_arrow_keys_follow_the_list_of_origin(
    guest: Visitor, walker: Account, photos: dict[str, str]
) -> None:
    """Also after a reload; Escape returns to the list, not to the previous photo."""
    page = guest.page
    guest.go("/@walker")
    page.get_by_role("list", name="Photos by walker").get_by_role("link").first.click()
    heading(page, "Dusk")
    expect(page.get_by_role("button", name="Previous photo")).to_have_count(0)
    expect(page.get_by_role("button", name="Next photo")).to_be_visible()
    page.keyboard.press("ArrowRight")
    heading(page, "Noon")
    page.reload()
    heading(page, "Noon")
    page.get_by_role("button", name="Next photo").click()
    heading(page, "Dawn")
    expect(page.get_by_role("button", name="Next photo")).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    heading(page, "Noon")
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/@walker$"))
    assert guest.complaints == []


def test_shortcuts_zoom_and_explain(owner: Visitor, photos: dict[str, str]) -> None:
    page = owner.page
    owner.go(f"/p/{photos['Dusk']}")
    expect(page.get_by_role("button", name=re.compile("^Accept")).first).to_be_visible()
    page.keyboard.press("z")
    enlarged = page.get_by_role("region", name=re.compile("^Enlarged photo"))
    expect(enlarged).to_be_focused()
    assert owner.axe_violations() == []
    page.keyboard.press("Escape")
    expect(enlarged).to_have_count(0)
    page.keyboard.press("i")
    expect(page.get_by_role("heading", name="Tags")).to_be_hidden()
    page.keyboard.press("i")
    expect(page.get_by_role("heading", name="Tags")).to_be_visible()
    page.keyboard.press("h")
    canvas = page.locator("[data-heat-map]")
    expect(canvas).to_be_visible()
    page.keyboard.press("h")
    expect(canvas).to_have_count(0)
    assert owner.complaints == []


def test_history_shows_the_model_version_of_each_tag(owner: Visitor, photos: dict[str, str]) -> None:
    page = owner.page
    owner.go(f"/p/{photos['Dusk']}")
    accept = page.get_by_role("button", name=re.compile("^Accept")).first
    label = (accept.get_attribute("aria-label") or "").removeprefix("Accept ")
    accept.click()
    expect(page.get_by_role("list", name="Confirmed").get_by_text(label, exact=True)).to_be_visible()
    page.get_by_text("Tag history").click()
    newest = page.get_by_role("list", name="Tag history").get_by_role("listitem").first
    expect(newest).to_contain_text(f"You accepted {label}")
    expect(newest).to_contain_text(re.compile(r"The model of .* scored it \d+"))
    assert owner.axe_violations() == []
    assert owner.complaints == []


def test_generated_alt_text_is_edited_in_place(
    owner: Visitor, walker: Account, photos: dict[str, str]
) -> None:
    page = owner.page
    owner.go(f"/p/{photos['Noon']}")
    expect(page.get_by_text("automatic", exact=True)).to_be_visible()
    page.get_by_role("button", name="Edit the alternative text").click()
    page.get_by_role("textbox", name="Alternative text").fill("A path at noon")
    page.get_by_role("button", name="Save", exact=True).click()
    # The form goes when the answer is there.
    expect(page.get_by_role("textbox", name="Alternative text")).to_have_count(0)
    expect(page.get_by_text("A path at noon", exact=True)).to_be_visible()
    expect(page.get_by_text("automatic", exact=True)).to_have_count(0)
    assert walker.photo(photos["Noon"])["alt_text"] == "A path at noon"
    assert owner.complaints == []


def test_follow_like_and_comment_reach_the_owner(
    guest: Visitor, owner: Visitor, walker: Account, photos: dict[str, str]
) -> None:
    page = guest.page
    guest.go("/following")
    expect(page.get_by_text(re.compile("^Nothing here yet"))).to_be_visible()
    assert guest.axe_violations() == []
    guest.go("/@walker")
    page.get_by_role("button", name="Follow walker").click()
    expect(page.get_by_role("link", name="1 follower", exact=True)).to_be_visible()
    page.wait_for_load_state("networkidle")
    guest.go("/following")
    first = page.get_by_role("list", name="Following").get_by_role("article").first
    expect(first).to_be_visible()
    assert guest.axe_violations() == []
    page.keyboard.press("j")
    expect(first).to_be_focused()
    page.keyboard.press("l")
    expect(first.get_by_role("button", name="Liked, 1 like")).to_be_visible()
    page.keyboard.press("c")
    heading(page, "Dusk")
    expect(page.get_by_label("Write a comment")).to_be_focused()
    page.keyboard.type("zoom in, it is fine")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Comments (1)")).to_be_visible()

    owner.go(f"/p/{photos['Dusk']}")
    expect(owner.page.get_by_text("zoom in, it is fine")).to_be_visible()
    expect(owner.page.get_by_role("button", name="Like, 1 like")).to_be_visible()
    owner.go("/@walker/followers")
    expect(owner.page.get_by_role("link", name=re.compile("guest"))).to_be_visible()
    assert owner.axe_violations() == []
    assert walker.client.get("/me").json()["counts"]["followers"] == 1
    assert guest.complaints + owner.complaints == []


def test_report_reaches_admins_and_block_hides_both_ways(
    site: Site, guest: Visitor, photos: dict[str, str]
) -> None:
    page = guest.page
    guest.go(f"/p/{photos['Dawn']}")
    page.get_by_role("button", name="Report").click()
    dialog = page.get_by_role("dialog", name="Report this photo")
    dialog.get_by_label("It is spam").check()
    dialog.get_by_label("Details (optional)").fill("the tenth today")
    assert guest.axe_violations() == []
    dialog.get_by_role("button", name="Send report").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    reports = site.sign_up("admin").client.get("/admin/reports").json()["items"]
    assert "It is spam: the tenth today" in [report["reason"] for report in reports]

    guest.go("/@walker")
    page.get_by_role("button", name="Block").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Block", exact=True).click()
    expect(page.get_by_text("You have blocked walker.")).to_be_visible()
    assert guest.axe_violations() == []
    guest.go("/settings/privacy")
    page.get_by_role("button", name="Unblock walker").click()
    expect(page.get_by_text("You have not blocked anyone.")).to_be_visible()
    assert guest.axe_violations() == []
    guest.go("/@walker")
    expect(page.get_by_role("button", name="Follow walker")).to_be_visible()
    assert guest.complaints == []


def located(seed: int) -> bytes:
    """A picture with GPS coordinates."""
    picture = Image.open(io.BytesIO(make_jpeg(640, 480, seed)))
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (46.0, 30.0, 0.0), 3: "E", 4: (9.0, 50.0, 0.0)}
    data = io.BytesIO()
    picture.save(data, "JPEG", exif=exif)
    return data.getvalue()


def test_private_photos_never_reach_another_user(site: Site, guest: Visitor, browser: Browser) -> None:
    """No response to another browser contains a private photo or a public one's location."""
    hermit = site.sign_up("hermit")
    shown = hermit.upload(located(961), title="Shown", tags="cave").json()["id"]
    kept = hermit.upload(located(962), title="Kept", tags="cave", visibility="private").json()["id"]
    for photo_id in (shown, kept):
        hermit.wait_until_done(photo_id)
    assert hermit.photo(shown)["location"]["latitude"] == pytest.approx(46.5)
    responses: list[str] = []
    page = guest.page

    def listen(route: Route) -> None:
        answer = route.fetch()
        responses.append(answer.text())
        route.fulfill(response=answer)

    # Read on their way: a page that is left takes the bodies of its answers with it.
    answers = re.compile(r"/api/v1/(?!events|photos/[^/]+/file)")
    page.route(answers, listen)
    for path in ("/", "/@hermit", "/explore?q=tag:cave", "/explore?q=user:hermit", f"/p/{shown}"):
        guest.go(path)
        page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Location, visible only to you")).to_have_count(0)
    page.unroute(answers)
    assert any(shown in text for text in responses)
    assert [text for text in responses if kept in text or "latitude" in text] == []
    assert guest.complaints == []
    guest.go(f"/p/{kept}")
    expect(page.get_by_text("Page not found")).to_be_visible()
    # Chromium itself reports the refusal; nothing else may complain.
    assert [line for line in guest.complaints if "404" not in line] == []
    guest.complaints.clear()

    with visiting(browser, site.address) as own:
        sign_in(own, "hermit")
        own.go("/you?show=private")
        expect(own.page.get_by_role("list", name="Photos by hermit").get_by_role("link")).to_have_count(1)
        own.go(f"/p/{kept}")
        expect(own.page.get_by_text("46.50000, 9.83333")).to_be_visible()
        assert own.complaints == []


def test_search_box_completes_tags_and_finds_similar_photos(guest: Visitor, photos: dict[str, str]) -> None:
    page = guest.page
    guest.go("/explore")
    box = page.get_by_role("textbox", name="Search photos")
    box.fill("footp")
    expect(page.get_by_role("list", name="Matching tags")).to_be_visible()
    assert guest.axe_violations() == []
    box.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("tag:footpath")
    results = page.get_by_role("list", name="Search results")
    expect(results.get_by_role("listitem")).to_have_count(3)
    guest.go(f"/p/{photos['Dusk']}")
    page.get_by_role("link", name="Show all").click()
    expect(page.get_by_text(re.compile(r"^\d+ similar photos?$"))).to_be_visible()
    expect(results.get_by_role("listitem").first).to_be_visible()
    assert guest.axe_violations() == []
    assert guest.complaints == []


def spread_over_months(site: Site, username: str, ids: list[str]) -> None:
    """Move the photos, and their owner's registration, back by a month each."""
    now = datetime.now(UTC)
    moments = [f"{now - timedelta(days=31 * age):%Y-%m-%d %H:%M:%S.%f}" for age in range(len(ids))]
    with closing(sqlite3.connect(site.state / "vignette.db", timeout=WAIT_S)) as database, database:
        for photo_id, moment in zip(ids, moments, strict=True):
            row = photo_id.replace("-", "")
            database.execute("UPDATE photos SET created_at = ? WHERE id = ?", (moment, row))
        change = "UPDATE users SET created_at = ? WHERE username = ?"
        database.execute(change, (moments[-1], username))


def test_timeline_jumps_to_a_month_and_marks_the_current_one(site: Site, browser: Browser) -> None:
    account = site.sign_up("almanac")
    ids = [account.upload(make_jpeg(960, 540, 970 + number)).json()["id"] for number in range(20)]
    for photo_id in ids:
        account.wait_until_done(photo_id)
    spread_over_months(site, "almanac", ids)
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        visitor.go("/@almanac")
        months = page.get_by_role("navigation", name="Go to a month").get_by_role("link")
        shown = page.get_by_role("list", name="Photos by almanac")
        expect(shown.locator('[data-index="0"]')).to_be_visible()
        current = page.get_by_role("navigation", name="Go to a month").locator("[aria-current]")
        newest = months.first.text_content() or ""
        expect(current).to_have_text(newest)
        page.mouse.move(600, 600)
        page.mouse.wheel(0, 10_000)
        expect(current).not_to_have_text(newest)
        assert visitor.axe_violations() == []
        oldest = months.last
        oldest.click()
        expect(page.get_by_text(re.compile("^Photos up to"))).to_be_visible()
        expect(shown.get_by_role("listitem")).to_have_count(1)
        page.get_by_role("link", name="Back to newest").click()
        expect(shown.locator('[data-index="5"]')).to_be_visible()
        assert visitor.complaints == []


def test_own_profile_is_filtered_by_tag_and_visibility(owner: Visitor) -> None:
    page = owner.page
    owner.go("/you")
    mine = page.get_by_role("list", name="Photos by walker").get_by_role("listitem")
    expect(mine).to_have_count(3)
    page.get_by_role("navigation", name="Show").get_by_role("link", name="Only you").click()
    expect(page.get_by_text("No private photos.")).to_be_visible()
    page.go_back()
    expect(mine).to_have_count(3)
    page.get_by_role("navigation", name="Tags").get_by_role("link", name=re.compile("footpath")).click()
    page.wait_for_url(re.compile("tag=footpath"))
    expect(mine).to_have_count(3)
    assert owner.complaints == []


@pytest.mark.parametrize("width", ["phone", "tablet", "desktop"])
def test_pages_are_accessible_and_fit_the_window(
    site: Site, browser: Browser, walker: Account, photos: dict[str, str], width: str
) -> None:
    paths = {
        "/@walker": "Photos by walker",
        "/@walker/following": None,
        f"/p/{photos['Dusk']}": None,
        "/@nobody-of-this-name": None,
    }
    with visiting(browser, site.address, width) as visitor:
        page = visitor.page
        for path, awaited in paths.items():
            visitor.go(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            if awaited:
                expect(page.get_by_role("list", name=awaited)).to_be_visible()
            page.wait_for_load_state("networkidle")
            assert visitor.axe_violations() == [], path
            over = page.evaluate(TOO_WIDE)
            assert over <= 0, f"{path} is {over} px too wide at {width}"

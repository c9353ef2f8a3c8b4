"""The main flow in the browser: sign up, drop a photo, see its tags."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect
from tests.support.browser.layout import TOO_WIDE
from tests.support.browser.visitor import Visitor, visiting
from tests.support.pictures import make_jpeg
from tests.support.stack.site import PASSWORD, Account, Site

pytestmark = pytest.mark.e2e


def join(visitor: Visitor, username: str) -> None:
    page = visitor.page
    visitor.go("/join")
    page.get_by_label("Username").fill(username)
    page.get_by_label("E-mail").fill(f"{username}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url(re.compile(r"/$"))


def upload(visitor: Visitor, name: str, data: bytes) -> None:
    visitor.go("/upload")
    visitor.page.locator("input[type=file]").first.set_input_files(
        FilePayload(name=name, mimeType="image/jpeg", buffer=data)
    )


def test_tags_appear_after_sign_up_and_upload_without_a_reload(
    site: Site, browser: Browser, tmp_path: Path, shared_photo: bytes
) -> None:
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        join(visitor, "browser-anna")
        upload(visitor, "holiday.jpg", shared_photo)
        page.evaluate("() => { window.sameDocument = true; }")
        page.get_by_role("link", name="Open holiday.jpg").or_(
            page.get_by_role("button", name="Open holiday.jpg")
        ).first.click()
        page.wait_for_url(re.compile(r"/p/"))
        expect(page.get_by_role("heading", name="Tags")).to_be_visible()
        expect(page.get_by_text(re.compile(r"\d+\s?%")).first).to_be_visible()
        assert page.evaluate("() => window.sameDocument === true"), "the page was loaded again"
        assert visitor.complaints == []


def test_tags_appear_on_an_open_photo_page(site: Site, browser: Browser, shared_photo: bytes) -> None:
    """The page is open while the tagger is stopped; tags appear once the tagger runs again."""
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        join(visitor, "browser-ben")
        site.control("stop", "tagger-worker")
        try:
            upload(visitor, "waiting.jpg", shared_photo)
            page.get_by_role("link", name="Open waiting.jpg").or_(
                page.get_by_role("button", name="Open waiting.jpg")
            ).first.click()
            expect(page.get_by_text("Tags are on their way.").first).to_be_visible()
            page.evaluate("() => { window.sameDocument = true; }")
        finally:
            site.control("start", "tagger-worker")
        expect(page.get_by_text(re.compile(r"\d+\s?%")).first).to_be_visible()
        assert page.evaluate("() => window.sameDocument === true")
        assert visitor.complaints == []


def test_bad_file_shows_its_reason_and_a_good_one_is_uploaded(site: Site, browser: Browser) -> None:
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        join(visitor, "browser-carl")
        visitor.go("/upload")
        page.locator("input[type=file]").first.set_input_files(
            [
                FilePayload(name="letter.jpg", mimeType="image/jpeg", buffer=b"not a picture " * 100),
                FilePayload(name="sea.jpg", mimeType="image/jpeg", buffer=make_jpeg(640, 480, 77)),
            ]
        )
        expect(page.get_by_text("This file is not an image.").first).to_be_visible()
        expect(
            page.get_by_role("link", name="Open sea.jpg")
            .or_(page.get_by_role("button", name="Open sea.jpg"))
            .first
        ).to_be_visible()
        # Chromium itself reports a refused upload; nothing else may complain.
        assert [line for line in visitor.complaints if "422" not in line] == []


def test_wrong_password_is_shown_in_the_form(site: Site, browser: Browser) -> None:
    with visiting(browser, site.address) as visitor:
        visitor.go("/signin")
        visitor.page.get_by_label("Username or e-mail").fill("nobody")
        visitor.page.get_by_label("Password", exact=True).fill("wrong password")
        visitor.page.get_by_role("button", name="Sign in").last.click()
        expect(visitor.page.get_by_text("Wrong username or password.").first).to_be_visible()


def test_private_photo_is_404_for_others(site: Site, browser: Browser, anna: Account) -> None:
    photo = anna.upload(make_jpeg(640, 480, 78), visibility="private").json()
    anna.wait_until_done(photo["id"])
    with visiting(browser, site.address) as visitor:
        visitor.go(f"/p/{photo['id']}")
        expect(visitor.page.get_by_text("Page not found").first).to_be_visible()


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_axe_finds_no_violation(site: Site, browser: Browser, anna: Account, width: str) -> None:
    photo = anna.upload(make_jpeg(900, 600, 79)).json()
    anna.wait_until_done(photo["id"])
    found: dict[str, list[str]] = {}
    with visiting(browser, site.address, width) as visitor:
        for path in ("/", "/join", "/signin", "/nothing-here", f"/p/{photo['id']}"):
            visitor.go(path)
            visitor.page.wait_for_load_state("networkidle")
            found[path] = visitor.axe_violations()
        join(visitor, f"axe-{width}")
        for path in ("/", "/upload", "/you", f"/p/{photo['id']}"):
            visitor.go(path)
            visitor.page.wait_for_load_state("domcontentloaded")
            expect(visitor.page.get_by_role("heading", level=1).first).to_be_attached()
            found[f"{path} signed in"] = visitor.axe_violations()
        assert {path: problems for path, problems in found.items() if problems} == {}


@pytest.mark.parametrize("width", ["phone", "tablet", "desktop"])
def test_no_page_scrolls_horizontally(site: Site, browser: Browser, anna: Account, width: str) -> None:
    photo = anna.upload(make_jpeg(900, 600, 80)).json()
    anna.wait_until_done(photo["id"])
    with visiting(browser, site.address, width) as visitor:
        for path in ("/", "/join", "/signin", f"/p/{photo['id']}"):
            visitor.go(path)
            expect(visitor.page.get_by_role("heading", level=1).first).to_be_attached()
            over = visitor.page.evaluate(TOO_WIDE)
            assert over <= 0, f"{path} is {over} px too wide at {width}"

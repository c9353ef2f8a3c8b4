"""The photo page besides tags: editing, likes, comments, trash, explanations."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from tests.support.browser.visitor import Visitor, visiting
from tests.support.pictures import make_jpeg
from tests.support.stack.site import PASSWORD, Account, Json, Site

pytestmark = pytest.mark.e2e


@pytest.fixture
def photo(anna: Account) -> Iterator[Json]:
    photo = anna.upload(make_jpeg(900, 600, 91), title="Lake").json()
    yield anna.wait_until_done(photo["id"])
    assert anna.client.delete(f"/photos/{photo['id']}?permanent=true").status_code == 204


def open_as(visitor: Visitor, username: str, photo: Json) -> None:
    page = visitor.page
    visitor.go("/signin")
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").last.click()
    page.wait_for_url(re.compile(r"/$"))
    visitor.go(f"/p/{photo['id']}")
    expect(page.get_by_role("heading", name="Tags")).to_be_visible()
    # What it still asks for would be refused once the photo is thrown away.
    page.wait_for_load_state("networkidle")


def test_conflicting_edits_are_reconciled(
    site: Site, browser: Browser, anna: Account, ben: Account, photo: Json
) -> None:
    """A like in between causes no conflict; another title does, and no typed text is lost."""
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        open_as(visitor, "anna", photo)
        page.get_by_role("button", name="Edit", exact=True).click()
        page.get_by_label("Title").fill("Sea")
        assert ben.client.put(f"/photos/{photo['id']}/like").status_code == 204
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Sea")).to_be_visible()

        page.get_by_role("button", name="Edit", exact=True).click()
        page.get_by_label("Title").fill("Ocean")
        page.get_by_label("Description").fill("At dusk")
        body = {"title": "River"}
        assert anna.client.patch(f"/photos/{photo['id']}", json=body).status_code == 200
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("button", name="Load the latest version").click()
        expect(page.get_by_label("Title")).to_have_value("River")
        page.get_by_role("button", name="Save", exact=True).click()
        # The form shows the typed text until the response arrives.
        expect(page.get_by_label("Description")).to_have_count(0)
        expect(page.get_by_text("At dusk")).to_be_visible()
        assert visitor.complaints == []
    found = anna.photo(photo["id"])
    assert (found["title"], found["description"], found["like_count"]) == ("River", "At dusk", 1)


def test_undo_restores_a_photo_from_the_trash(
    site: Site, browser: Browser, anna: Account, photo: Json
) -> None:
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        open_as(visitor, "anna", photo)
        page.keyboard.press("Delete")
        expect(page.get_by_text("Photo moved to the trash.")).to_be_visible()
        assert anna.client.get(f"/photos/{photo['id']}").status_code == 404
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Photo restored.")).to_be_visible()
        assert anna.photo(photo["id"])["title"] == "Lake"
        assert visitor.complaints == []


def test_another_user_likes_comments_and_reverts_both(
    site: Site, browser: Browser, anna: Account, ben: Account, photo: Json
) -> None:
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        open_as(visitor, "ben", photo)
        page.keyboard.press("l")
        expect(page.get_by_role("button", name="Liked, 1 like")).to_be_visible()
        page.keyboard.press("c")
        # Letters that are commands elsewhere are text in a field.
        page.keyboard.type("lovely, all of it")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="Comments (1)")).to_be_visible()
        page.reload()
        expect(page.get_by_text("lovely, all of it")).to_be_visible()
        expect(page.get_by_role("button", name="Liked, 1 like")).to_be_visible()
        page.get_by_role("button", name="Liked, 1 like").click()
        page.get_by_role("button", name="Delete the comment by ben").click()
        expect(page.get_by_text("No comments yet.")).to_be_visible()
        expect(page.get_by_text("Comment deleted.")).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert visitor.complaints == []
    found = anna.photo(photo["id"])
    assert (found["like_count"], found["comment_count"]) == (0, 0)


def test_explanation_is_drawn_over_the_picture(site: Site, browser: Browser, photo: Json) -> None:
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        open_as(visitor, "anna", photo)
        page.get_by_text(re.compile(r"^Less likely \(\d+\)$")).click()
        page.get_by_role("button", name=re.compile("^Why")).first.click()
        canvas = page.locator("[data-heat-map]")
        expect(canvas).to_be_visible()
        expect(page.get_by_text(re.compile("^(The evidence is|No single area)"))).to_be_visible()
        page.get_by_label("Opacity").press("Home")
        expect(canvas).to_have_css("opacity", "0")
        page.keyboard.press("Escape")
        expect(canvas).to_have_count(0)
        assert visitor.complaints == []

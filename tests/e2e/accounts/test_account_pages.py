"""The account in the browser: sign-up, sign-in, settings, API keys, trash, deletion."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.support.browser.layout import TOO_WIDE
from tests.support.browser.visitor import visiting
from tests.support.pictures import make_jpeg
from tests.support.stack.site import PASSWORD, Site

pytestmark = pytest.mark.e2e
OTHER_PASSWORD = "another good long password"


def sign_in(page: Page, username: str, password: str) -> None:
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.locator("form").get_by_role("button", name="Sign in").last.click()


def test_sign_up_sign_in_and_delete_account(site: Site, browser: Browser) -> None:
    """From the first visit to the deleted account; each form returns to the page before it."""
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        visitor.go("/settings/password")
        page.get_by_role("main").get_by_role("link", name="Join").click()
        page.get_by_role("button", name="Create account").click()
        expect(page.get_by_label("Username")).to_be_focused()
        assert visitor.axe_violations() == []
        page.get_by_label("Username").fill("mover")
        page.get_by_label("E-mail").fill("mover@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Create account").click()
        expect(page.get_by_role("heading", name="Password and sessions")).to_be_visible()
        assert visitor.axe_violations() == []

        page.get_by_label("Current password").fill(PASSWORD)
        page.get_by_label("New password").fill(OTHER_PASSWORD)
        page.get_by_role("button", name="Change password").click()
        expect(page.get_by_text("Password changed.")).to_be_visible()
        expect(page.get_by_label("New password")).to_have_value("")
        page.get_by_role("button", name="Sign out here").click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
        page.get_by_role("main").get_by_role("link", name="Sign in").click()
        sign_in(page, "mover", OTHER_PASSWORD)
        expect(page.get_by_role("heading", name="Password and sessions")).to_be_visible()

        page.get_by_role("link", name="Account", exact=True).click()
        page.get_by_role("button", name="Delete account").click()
        dialog = page.get_by_role("dialog", name="Delete your account?")
        dialog.get_by_label("Your password").fill("not my password")
        dialog.get_by_role("button", name="Delete everything").click()
        expect(dialog.get_by_label("Your password")).to_be_focused()
        expect(dialog.get_by_label("Your password")).to_have_attribute("aria-invalid", "true")
        expect(dialog.get_by_role("button", name="Delete everything")).to_be_enabled()
        assert visitor.axe_violations() == []
        dialog.get_by_label("Your password").fill(OTHER_PASSWORD)
        dialog.get_by_role("button", name="Delete everything").click()
        expect(page.get_by_text("Your account is deleted.")).to_be_visible()
        # Chromium itself reports the refused password.
        assert [line for line in visitor.complaints if "422" not in line] == []


def test_lockout_shows_when_it_ends(site: Site, browser: Browser) -> None:
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        problem = {"code": "rate_limited", "title": "Too many", "status": 429, "type": "", "detail": ""}
        page.route(
            "**/api/v1/auth/login",
            lambda route: route.fulfill(
                status=429,
                headers={"Retry-After": "120"},
                json=problem,
            ),
        )
        visitor.go("/signin")
        sign_in(page, "mover", PASSWORD)
        expect(page.get_by_role("alert").get_by_text(re.compile(r"Try again at \d+:\d\d"))).to_be_visible()
        expect(page.locator("form").get_by_role("button", name="Sign in").last).to_be_enabled()
        assert visitor.axe_violations() == []


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_settings_are_saved(site: Site, browser: Browser, width: str) -> None:
    account = site.sign_up(f"settler-{width}")
    with visiting(browser, site.address, width) as visitor:
        page = visitor.page
        visitor.go("/signin?next=/settings")
        sign_in(page, account.username, PASSWORD)
        page.get_by_label("Name", exact=True).fill("Settler the Great")
        page.get_by_label("About you").fill("Lakes, mostly.")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        expect(page.get_by_role("button", name="Save")).to_be_enabled()
        assert visitor.axe_violations() == []
        me = account.client.get("/me").json()
        assert (me["display_name"], me["bio"]) == ("Settler the Great", "Lakes, mostly.")

        page.get_by_role("link", name="Privacy").click()
        page.get_by_role("radio", name="Only you").check()
        expect(page.get_by_text("Setting saved.")).to_be_visible()
        assert visitor.axe_violations() == []
        assert account.client.get("/me").json()["default_visibility"] == "private"

        page.get_by_role("link", name="Display").click()
        page.get_by_role("radio", name="Dark").check()
        page.get_by_role("radio", name=re.compile("Reduced")).check()
        page.reload()
        expect(page.get_by_role("radio", name="Dark")).to_be_checked()
        expect(page.get_by_role("radio", name=re.compile("Reduced"))).to_be_checked()
        expect(page.locator("html[data-theme=dark][data-motion=reduced]")).to_be_attached()
        assert visitor.axe_violations() == []
        over = page.evaluate(TOO_WIDE)
        assert over <= 0
        assert visitor.complaints == []


def test_api_key_is_shown_once_and_stops_working_when_revoked(site: Site, browser: Browser) -> None:
    account = site.sign_up("key-maker")
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visitor.go("/signin?next=/settings/keys")
        sign_in(page, account.username, PASSWORD)
        expect(page.get_by_text("No keys yet.")).to_be_visible()
        page.get_by_role("button", name="New key").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("checkbox", name="Admin")).to_have_count(0)
        dialog.get_by_label("Name").fill("Backup")
        dialog.get_by_role("button", name="Create key").click()
        shown = dialog.get_by_role("status")
        expect(shown).to_contain_text("vgn_")
        assert visitor.axe_violations() == []
        key = shown.inner_text().strip()
        dialog.get_by_role("button", name="Copy").click()
        expect(page.get_by_text("Copied.")).to_be_visible()
        assert page.evaluate("() => navigator.clipboard.readText()") == key
        dialog.get_by_role("button", name="Done").click()

        headers = {"Authorization": f"Bearer {key}"}
        with site.client() as program:
            assert program.get("/me", headers=headers).json()["username"] == account.username
            page.get_by_role("button", name="Revoke Backup").click()
            page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
            expect(page.get_by_text("No keys yet.")).to_be_visible()
            assert program.get("/me", headers=headers).status_code == 401
        assert key not in page.content()
        assert visitor.complaints == []


def test_trash_shows_days_left_restores_and_empties(site: Site, browser: Browser) -> None:
    account = site.sign_up("thrower")
    titles = ("Keep me", "Old one", "Older one")
    ids = {
        title: account.upload(make_jpeg(480, 320, 600 + n), title=title).json()["id"]
        for n, title in enumerate(titles)
    }
    for photo_id in ids.values():
        account.wait_until_done(photo_id)
        assert account.client.delete(f"/photos/{photo_id}").status_code == 204
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        visitor.go("/signin?next=/trash")
        sign_in(page, account.username, PASSWORD)
        expect(page.get_by_text(re.compile(r"^(29|30) days left$"))).to_have_count(len(ids))
        assert visitor.axe_violations() == []
        page.get_by_role("button", name="Restore Keep me").click()
        expect(page.get_by_role("button", name="Restore Keep me")).to_have_count(0)
        assert account.photo(ids["Keep me"])["title"] == "Keep me"
        page.get_by_role("button", name="Empty the trash").click()
        page.get_by_role("alertdialog").get_by_role("button", name="Delete 2 photos").click()
        expect(page.get_by_text("The trash is empty.")).to_be_visible()
        assert account.client.get("/me/trash").json()["items"] == []
        assert account.client.get("/me").json()["counts"]["photos"] == 1
        assert visitor.complaints == []

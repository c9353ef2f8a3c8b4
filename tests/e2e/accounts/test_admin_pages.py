"""The admin pages: failed photos, reports, accounts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.support.browser.visitor import Visitor, sign_in, visiting
from tests.support.pictures import make_jpeg
from tests.support.stack.site import Account, Json, Site

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def reader(site: Site, browser: Browser) -> Iterator[Visitor]:
    """The admin's signed-in browser."""
    with visiting(browser, site.address) as visitor:
        sign_in(visitor, "admin")
        yield visitor


@pytest.fixture
def visitor(reader: Visitor) -> Iterator[Visitor]:
    reader.complaints.clear()
    yield reader
    assert reader.complaints == []


def upload_damaged(site: Site, account: Account, seed: int) -> tuple[Json, Path, bytes]:
    """Upload a photo and truncate its file before it is rendered; return photo, file and original bytes."""
    site.control("stop", "photos-worker")
    try:
        photo: Json = account.upload(make_jpeg(700, 500, seed), title="Harbour").json()
        (stored,) = (site.state / "blobs").rglob(photo["sha256"])
        whole = stored.read_bytes()
        stored.write_bytes(b"x" * len(whole))
    finally:
        site.control("start", "photos-worker")
    return photo, stored, whole


def test_owner_sees_a_failed_photo_and_retries_it(site: Site, browser: Browser, ben: Account) -> None:
    """A notice appears on any page, and the failure stays listed on the owner's page."""
    with visiting(browser, site.address) as own:
        page = own.page
        sign_in(own, ben.username)
        photo, stored, whole = upload_damaged(site, ben, 334)
        notice = page.get_by_text("“Harbour” could not be processed. Open it to see why.")
        expect(notice).to_be_visible()
        own.go("/you")
        expect(page.get_by_text("1 photo could not be processed.")).to_be_visible()
        page.get_by_role("main").get_by_role("link", name="Show", exact=True).click()
        expect(page.get_by_role("list", name="Photos by ben").get_by_role("listitem")).to_have_count(1)
        assert own.axe_violations() == []
        stored.write_bytes(whole)
        page.get_by_role("button", name="Retry all").click()
        expect(page.get_by_text("No failed photos.")).to_be_visible()
        expect(page.get_by_text("could not be processed")).to_have_count(0)
        assert ben.wait_until_done(photo["id"])["status"] == "tagged"
        assert own.complaints == []
    assert ben.client.delete(f"/photos/{photo['id']}?permanent=true").status_code == 204


def test_failed_photo_is_listed_with_its_reason_until_retried(
    site: Site, visitor: Visitor, anna: Account
) -> None:
    """The stored file is damaged on disk; once it is restored, a retry tags the photo."""
    page = visitor.page
    photo, stored, whole = upload_damaged(site, anna, 333)
    assert anna.wait_until_done(photo["id"])["status"] == "failed"
    visitor.go("/admin/jobs")
    expect(page.get_by_role("heading", name="The image data is damaged and cannot be read.")).to_be_visible()
    expect(page.get_by_role("list", name="Queues").get_by_role("listitem")).not_to_have_count(0)
    expect(page.get_by_text("Last update")).to_be_visible()
    assert visitor.axe_violations() == []
    stored.write_bytes(whole)
    page.get_by_role("button", name="Retry photo by anna").first.click()
    expect(page.get_by_text("Queued 1 photo again.")).to_be_visible()
    expect(page.get_by_text("No failed jobs.")).to_be_visible()
    assert anna.wait_until_done(photo["id"])["status"] == "tagged"
    assert anna.client.delete(f"/photos/{photo['id']}?permanent=true").status_code == 204


def test_reported_photo_is_hidden_and_restored(visitor: Visitor, anna: Account, ben: Account) -> None:
    page = visitor.page
    photo = ben.upload(make_jpeg(640, 480, 701), title="Borrowed").json()
    ben.wait_until_done(photo["id"])
    report = {"reason": "This is my picture."}
    assert anna.client.post(f"/photos/{photo['id']}/report", json=report).status_code == 202
    visitor.go("/admin/reports")
    expect(page.get_by_text("This is my picture.")).to_be_visible()
    assert visitor.axe_violations() == []
    page.get_by_label("Note (optional)").fill("Asked ben about it")
    page.get_by_role("button", name="Hide the photo").click()
    expect(page.get_by_text("No open reports.")).to_be_visible()
    assert anna.client.get(f"/photos/{photo['id']}").status_code == 404
    page.get_by_role("radio", name="Resolved").check()
    expect(page.get_by_text("Asked ben about it")).to_be_visible()
    page.get_by_role("button", name="Show the photo again").click()
    expect(page.get_by_text("Report dismissed. The photo stays visible.")).to_be_visible()
    assert anna.client.get(f"/photos/{photo['id']}").status_code == 200
    assert ben.client.delete(f"/photos/{photo['id']}?permanent=true").status_code == 204


def test_admin_suspends_raises_quota_and_reinstates(site: Site, visitor: Visitor) -> None:
    account = site.sign_up("unruly")
    page = visitor.page
    visitor.go("/admin/users")
    page.get_by_role("searchbox").first.wait_for()
    page.get_by_label("Username or e-mail starts with").fill("unrul")
    menu = page.get_by_role("button", name="Change the account unruly")
    expect(page.get_by_role("row")).to_have_count(2)
    assert visitor.axe_violations() == []
    menu.click()
    page.get_by_role("menuitem", name="Set storage quota").click()
    page.get_by_label("Gigabytes").fill("much")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter 0 or more, or leave it empty.")).to_be_visible()
    page.get_by_label("Gigabytes").fill("2.5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").get_by_text("of 2.5 GB")).to_be_visible()
    assert account.client.get("/me").json()["bytes_quota"] == 2_500_000_000
    menu.click()
    page.get_by_role("menuitem", name="Suspend").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Suspend").click()
    expect(page.get_by_text("Suspended since")).to_be_visible()
    assert account.client.get("/me").status_code == 401
    menu.click()
    page.get_by_role("menuitem", name="Lift the suspension").click()
    expect(page.get_by_text("Suspended since")).to_have_count(0)
    assert site.sign_up("unruly").client.get("/me").status_code == 200


def test_admin_pages_are_404_for_other_users(site: Site, browser: Browser, anna: Account) -> None:
    with visiting(browser, site.address, "phone") as other_user:
        sign_in(other_user, anna.username)
        for path in ("/admin/jobs", "/admin/reports", "/admin/users"):
            other_user.go(path)
            expect(other_user.page.get_by_text("Page not found").first).to_be_visible()
        assert other_user.complaints == [], "not even a request that is refused"

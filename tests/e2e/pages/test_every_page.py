"""Every page in every state: accessible, and readable with longer words and right-to-left.

What stands there when all went well, when there is nothing, when the server fails, and with each dialog open;
on a phone, where it is tightest.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.support.browser.layout import CUT_OFF, LONGER, TOO_WIDE
from tests.support.browser.visitor import Visitor, sign_in, visiting
from tests.support.pictures import make_jpeg
from tests.support.stack.site import Account, Site, running_site

pytestmark = pytest.mark.e2e

REQUEST = "0198c0de-5e1f-7b1a-9f7e-0123456789ab"


@dataclass(frozen=True)
class SampleSite:
    """A running site, and ids of what it has, by the placeholders in paths."""

    site: Site
    places: dict[str, str]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, shared_photo: bytes) -> Iterator[SampleSite]:
    """A small site: `admin` runs it, `anna` has content, `ben` visits, `cleo` has nothing."""
    with running_site(tmp_path_factory.mktemp("every-page") / "state") as site:
        admin, anna, ben = (site.sign_up(name) for name in ("admin", "anna", "ben"))
        site.sign_up("cleo")
        photo = upload(anna, shared_photo, "A street in the evening light of an autumn day")
        for number in range(5):
            upload(anna, make_jpeg(640, 480, 800 + number), f"Harbour {number}")
        thrown = upload(anna, make_jpeg(640, 480, 810), "Blurred")
        theirs = upload(ben, make_jpeg(640, 480, 811), "Pier")
        album = anna.client.post("/albums", json={"title": "Summer", "description": "In July."}).json()["id"]
        bare = anna.client.post("/albums", json={"title": "Nothing yet"}).json()["id"]
        anna.client.put(f"/albums/{album}/photos/{photo}")
        open_link = anna.client.post(f"/albums/{album}/share-links", json={}).json()["token"]
        locked = {"password": "by the lake"}
        locked_link = anna.client.post(f"/albums/{album}/share-links", json=locked).json()["token"]
        empty_link = anna.client.post(f"/albums/{bare}/share-links", json={}).json()["token"]
        anna.client.put(f"/photos/{photo}/tags/kayak", json={"state": "accepted"})
        ben.client.put(f"/photos/{photo}/like")
        ben.client.post(f"/photos/{photo}/comments", json={"text": "What a light."})
        ben.client.put("/users/anna/follow")
        anna.client.put("/users/ben/follow")
        ben.client.post(f"/photos/{photo}/report", json={"reason": "It is mine."})
        anna.client.put("/users/cleo/block")
        anna.client.post("/me/api-keys", json={"name": "Backup", "scopes": ["read"]})
        anna.client.delete(f"/photos/{thrown}")
        assert admin.client.get("/me").json()["role"] == "admin"
        places = {"photo": photo, "theirs": theirs, "album": album, "bare": bare}
        links = {"open": open_link, "locked": locked_link, "empty": empty_link}
        yield SampleSite(site, places | links)


def upload(account: Account, data: bytes, title: str) -> str:
    photo_id: str = account.upload(data, title=title).json()["id"]
    assert account.wait_until_done(photo_id)["status"] == "tagged"
    return photo_id


LOADED = {
    "anna": {
        "/": "Recent photos",
        "/?show=popular": "Popular photos",
        "/?show=yours": "Photos with tags you use",
        "/following": "Following",
        "/explore": "Explore",
        "/explore?q=harbour": "Explore",
        "/explore?q=similar:{photo}": "Explore",
        "/upload": "Upload photos",
        "/p/{photo}": "A street in the evening light of an autumn day",
        "/p/{theirs}": "Pier",
        "/you": "anna",
        "/@ben": "ben",
        "/@anna/followers": "Followers of anna",
        "/@anna/following": "People anna follows",
        "/albums": "Albums",
        "/a/{album}": "Summer",
        "/trash": "Trash",
        "/settings": "Settings",
        "/settings/password": "Settings",
        "/settings/keys": "Settings",
        "/settings/privacy": "Settings",
        "/settings/display": "Settings",
        "/settings/account": "Settings",
        "/nothing-here": "Page not found",
    },
    "admin": {"/admin/jobs": "Jobs", "/admin/reports": "Reports", "/admin/users": "Accounts"},
    None: {
        "/": "Photos that describe themselves.",
        "/explore": "Explore",
        "/p/{photo}": "A street in the evening light of an autumn day",
        "/join": "Create your account",
        "/signin": "Sign in",
        "/s/{open}": "Summer",
        "/s/{locked}": "This album has a password",
    },
}
EMPTY = {
    "cleo": {
        "/?show=yours": "Your photos have no tags yet.",
        "/following": "Nothing here yet.",
        "/you": "No photos yet.",
        "/albums": "No albums yet.",
        "/@cleo/followers": "No followers yet.",
        "/trash": "The trash is empty.",
        "/settings/keys": "No keys yet.",
        "/settings/privacy": "You have not blocked anyone.",
        "/explore?q=zeppelin": "No photos match this search.",
        "/explore?q=(": "This search is not valid.",
    },
    "anna": {
        "/a/{bare}": "This album has no photos yet.",
        "/you?show=private": "No private photos.",
    },
    "admin": {"/admin/jobs": "No failed jobs."},
    None: {
        "/s/{empty}": "There are no photos in this album yet.",
        "/albums": "Sign in to see your albums.",
        "/s/" + "x" * 43: "Page not found",
    },
}
BROKEN = {
    "anna": [
        "/",
        "/following",
        "/explore",
        "/explore?q=harbour",
        "/p/{photo}",
        "/you",
        "/@ben",
        "/@anna/followers",
        "/albums",
        "/a/{album}",
        "/trash",
        "/settings/keys",
    ],
    "admin": ["/admin/jobs", "/admin/reports", "/admin/users"],
}


def shown(visitor: Visitor, sample: SampleSite, path: str, heading: str) -> Page:
    """Open a page and wait until it is complete."""
    page = visitor.page
    visitor.go(path.format(**sample.places))
    expect(page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    return page


def enter(visitor: Visitor, user: str | None) -> None:
    if user:
        sign_in(visitor, user)


@pytest.mark.parametrize("user", list(LOADED))
def test_page_with_content(sample: SampleSite, browser: Browser, user: str | None) -> None:
    """The page is accessible, and nothing is cut off with longer words or right-to-left."""
    found: dict[str, object] = {}
    with visiting(browser, sample.site.address, "phone") as visitor:
        enter(visitor, user)
        for path, heading in LOADED[user].items():
            page = shown(visitor, sample, path, heading)
            violations: list[object] = [*visitor.axe_violations()]
            for change in (None, LONGER, "() => { document.documentElement.dir = 'rtl'; }"):
                if change:
                    page.evaluate(change)
                over = page.evaluate(TOO_WIDE)
                violations += [f"{over} px too wide after {change}"] if over > 0 else []
                violations += page.evaluate(CUT_OFF)
            if violations:
                found[path] = violations
        # Chromium itself reports that the locked album was refused.
        assert [line for line in visitor.complaints if "401" not in line] == []
    assert found == {}


@pytest.mark.parametrize("user", list(EMPTY))
def test_empty_page(sample: SampleSite, browser: Browser, user: str | None) -> None:
    """The page says that it is empty and what to do next."""
    found: dict[str, list[str]] = {}
    with visiting(browser, sample.site.address, "phone") as visitor:
        enter(visitor, user)
        for path, sentence in EMPTY[user].items():
            visitor.go(path.format(**sample.places))
            # The share page stands there twice for a moment: from the server, and from the app.
            expect(visitor.page.get_by_text(sentence).last).to_be_visible()
            visitor.page.wait_for_load_state("networkidle")
            if violations := visitor.axe_violations():
                found[path] = violations
        # Chromium itself reports what was refused: the link that is none, the search that is none.
        assert [line for line in visitor.complaints if "404" not in line and "422" not in line] == []
    assert found == {}


@pytest.mark.parametrize("user", list(BROKEN))
def test_page_while_the_server_fails(sample: SampleSite, browser: Browser, user: str) -> None:
    """The page names what failed to load and the request id, and recovers by Retry."""
    found: dict[str, list[str]] = {}
    fails = True

    def answer(route: Route) -> None:
        if not fails or re.search(r"/(me|events|auth/\w+)$", route.request.url.partition("?")[0]):
            route.continue_()
            return
        problem = {"type": "", "title": "", "status": 503, "detail": "", "code": "service_unavailable"}
        route.fulfill(status=503, json={**problem, "request_id": REQUEST})

    with visiting(browser, sample.site.address, "phone") as visitor:
        page = visitor.page
        sign_in(visitor, user)
        page.route("**/api/v1/**", answer)
        # What comes with the HTML never fails on its way.
        page.add_init_script("""new MutationObserver(() => {
            for (const one of document.querySelectorAll('script[data-answer]')) one.remove();
        }).observe(document, {childList: true, subtree: true})""")
        for path in BROKEN[user]:
            fails = True
            visitor.go(path.format(**sample.places))
            alert = page.get_by_role("alert").first
            expect(alert).to_be_visible()
            expect(alert.get_by_text(f"Request {REQUEST}")).to_be_visible()
            if violations := visitor.axe_violations():
                found[path] = violations
            fails = False
            alert.get_by_role("button", name="Retry").click()
            expect(alert.get_by_text(f"Request {REQUEST}")).to_have_count(0)
        assert [line for line in visitor.complaints if "503" not in line] == []
    assert found == {}


def press(*names: str | re.Pattern[str]) -> Callable[[Page], None]:
    """Press buttons and menu items in order."""

    def go(page: Page) -> None:
        for name in names:
            page.get_by_role("button", name=name).or_(page.get_by_role("menuitem", name=name)).first.click()

    return go


def key(name: str) -> Callable[[Page], None]:
    return lambda page: page.keyboard.press(name)


DIALOGS: dict[str, list[tuple[str, Callable[[Page], None]]]] = {
    "anna": [
        ("/", key("?")),
        ("/", press("More")),
        ("/explore?q=harbour", press("Filters")),
        ("/p/{photo}", press("Add to album")),
        ("/p/{photo}", press("Edit")),
        ("/p/{theirs}", press("Report")),
        ("/@ben", press("Block")),
        ("/albums", press("New album")),
        ("/a/{album}", press("Add photos")),
        ("/a/{album}", press("Share")),
        ("/a/{album}", press("More actions for this album")),
        ("/a/{album}", press("More actions for this album", "Edit")),
        ("/a/{album}", press("More actions for this album", "Delete album")),
        ("/trash", press("Empty the trash")),
        ("/settings", press("Choose a picture")),
        ("/settings/keys", press("New key")),
        ("/settings/keys", press("Revoke Backup")),
        ("/settings/account", press("Delete account")),
    ],
    "admin": [
        ("/admin/reports", press("Suspend the owner")),
        ("/admin/users", press("Change the account ben")),
        ("/admin/users", press("Change the account ben", "Set storage quota")),
        ("/admin/users", press("Change the account ben", "Suspend")),
    ],
}
LAYER = "[role=dialog], [role=alertdialog], [role=menu], form[aria-label]"


@pytest.mark.parametrize("user", list(DIALOGS))
def test_page_with_an_open_dialog(sample: SampleSite, browser: Browser, user: str) -> None:
    """The dialog takes the focus, Escape closes it, and the focus returns."""
    found: dict[str, object] = {}
    with visiting(browser, sample.site.address, "phone") as visitor:
        page = visitor.page
        sign_in(visitor, user)
        for number, (path, open_it) in enumerate(DIALOGS[user]):
            heading = LOADED[user][path]
            shown(visitor, sample, path, heading)
            open_it(page)
            layer = page.locator(LAYER).last
            expect(layer).to_be_visible()
            page.wait_for_load_state("networkidle")
            expect(layer.locator(":focus").or_(layer.and_(page.locator(":focus"))).first).to_be_attached()
            violations: list[object] = [*visitor.axe_violations()]
            page.evaluate(LONGER)
            over = page.evaluate(TOO_WIDE)
            violations += [f"{over} px too wide"] if over > 0 else []
            violations += page.evaluate(CUT_OFF)
            if violations:
                found[f"{path} {number}"] = violations
            page.keyboard.press("Escape")
            expect(page.locator(LAYER)).to_have_count(0)
        assert visitor.complaints == []
    assert found == {}


LETTERS = "/?gfgegugaeuyjklocxthaisdzm19"
"""every shortcut of any page, and navigation sequences"""
FIELDS: dict[str | None, list[tuple[str, Callable[[Page], None] | None]]] = {
    "anna": [
        ("/explore", None),
        ("/p/{photo}", None),
        ("/p/{photo}", press("Edit")),
        ("/p/{photo}", press("Edit the alternative text")),
        ("/p/{photo}", press("Add to album")),
        ("/p/{theirs}", press("Report")),
        ("/albums", press("New album")),
        ("/a/{album}", press("Share")),
        ("/settings", None),
        ("/settings/password", None),
        ("/settings/keys", press("New key")),
        ("/settings/account", press("Delete account")),
    ],
    "admin": [("/admin/reports", None), ("/admin/users", None)],
    None: [("/signin", None), ("/join", None), ("/s/{locked}", None)],
}
TEXT = (
    ", ".join(f"input[type={kind}]:visible" for kind in ("text", "email", "password", "search"))
    + ", input:not([type]):visible, textarea:visible"
)


@pytest.mark.parametrize("user", list(FIELDS))
def test_typing_does_not_trigger_shortcuts(sample: SampleSite, browser: Browser, user: str | None) -> None:
    """In no field does a key navigate, open or close anything, decide on a tag or trash a photo."""
    with visiting(browser, sample.site.address) as visitor:
        page = visitor.page
        enter(visitor, user)
        for path, open_it in FIELDS[user]:
            shown(visitor, sample, path, LOADED[user][path])
            if open_it:
                open_it(page)
            layer = page.locator(LAYER)
            if open_it:
                expect(layer.last).to_be_visible()
            fields = (layer.last if open_it else page).locator(TEXT)
            expect(fields.first).to_be_visible()
            address, layers = page.url, layer.count()
            for number in range(fields.count()):
                field = fields.nth(number)
                if not field.is_editable():
                    continue
                field.fill("")
                page.keyboard.type(LETTERS)
                expect(field).to_have_value(LETTERS)
                expect(field).to_be_focused()
                page.keyboard.press("Control+a")
                page.keyboard.press("Delete")
                expect(field).to_have_value("")
            assert (page.url, layer.count()) == (address, layers), path
            expect(page.get_by_role("region", name="Selected photos")).to_have_count(0)
            expect(page.get_by_text("Photo moved to the trash.")).to_have_count(0)
        assert [line for line in visitor.complaints if "401" not in line] == []

"""The upload tray: dropped files, broken connections, resumed, duplicate and rejected uploads."""

import io
import os
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Request, expect
from tests.support.browser.visitor import Visitor, visiting
from tests.support.patience import COMMAND_S
from tests.support.pictures import make_jpeg
from tests.support.stack.relay import Relay, relay_to
from tests.support.stack.site import PASSWORD, Account, Site

pytestmark = pytest.mark.e2e

SLOW = 3_000_000
"""bytes per second: slow enough that a large file takes some seconds"""
CRAWLING = 30_000
TAGGED = "li[data-stage=tagged]"
KEPT = """(wanted) => new Promise((resolve) => {
    const request = indexedDB.open('vignette.uploads');
    request.onsuccess = () => {
        const count = request.result.transaction('bytes').objectStore('bytes').count();
        count.onsuccess = () => {
            request.result.close();
            resolve(wanted ? count.result >= wanted : count.result === 0);
        };
    };
})"""
"""resolves once the browser's database holds this many files"""


@pytest.fixture(scope="module")
def relay(site: Site) -> Iterator[Relay]:
    with relay_to(site.address) as made:
        yield made


@pytest.fixture(scope="module")
def uploader(site: Site) -> Account:
    return site.sign_up("uploader")


@pytest.fixture(scope="module")
def visitor(relay: Relay, browser: Browser, uploader: Account) -> Iterator[Visitor]:
    """A signed-in browser for all tests of this file."""
    with visiting(browser, relay.address) as visitor:
        # The API's cookie is the page's; the mark beside it is what signing in by form leaves.
        visitor.go("/signin")
        body = {"login": uploader.username, "password": PASSWORD}
        answer = visitor.context.request.post(
            f"{relay.address}/api/v1/auth/login", data=body, headers={"Origin": relay.address}
        )
        assert answer.ok
        visitor.page.evaluate("() => localStorage.setItem('vignette.signed-in', '1')")
        # Leaving in the middle of an upload is questioned.
        visitor.page.on("dialog", lambda dialog: dialog.accept())
        yield visitor


@pytest.fixture
def tray(visitor: Visitor) -> Iterator[Locator]:
    """The upload page with an empty tray and no recorded complaints."""
    visitor.complaints.clear()
    visitor.go("/upload")
    expect(visitor.page.get_by_role("heading", name="Options for new uploads")).to_be_visible()
    yield visitor.page.get_by_role("region", name="Uploads")
    visitor.page.get_by_role("button", name="Clear uploads").click()


def noise(side: int) -> bytes:
    """A picture that compresses badly, with different bytes at each call."""
    buffer = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(3 * side * side)).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def choose(visitor: Visitor, *files: tuple[str, bytes]) -> None:
    payloads = [FilePayload(name=name, mimeType="image/jpeg", buffer=data) for name, data in files]
    visitor.page.get_by_label("Choose photos", exact=True).and_(
        visitor.page.locator("input")
    ).set_input_files(payloads)


def stall_at(visitor: Visitor, relay: Relay, percent: int) -> None:
    """Let the upload reach this point, then slow it down until it hardly advances."""
    visitor.page.wait_for_function(
        "(least) => Number(document.querySelector('[role=progressbar]')?.ariaValueNow ?? 0) >= least",
        arg=percent,
    )
    relay.upload_bytes_per_s = CRAWLING


def offsets_of(visitor: Visitor) -> list[int]:
    """Collect the offset at which each request starts."""
    found: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH" and "/uploads/" in request.url:
            found.append(int(request.headers["upload-offset"]))

    visitor.page.on("request", note)
    return found


def test_five_dropped_files_get_tags_without_a_reload(visitor: Visitor, tray: Locator) -> None:
    page = visitor.page
    page.evaluate("() => { window.sameDocument = true; }")
    page.evaluate(
        """async (pictures) => {
            const transfer = new DataTransfer();
            for (const [name, data] of pictures) {
                const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
                transfer.items.add(new File([bytes], name, {type: 'image/jpeg'}));
            }
            window.dispatchEvent(new DragEvent('dragenter', {dataTransfer: transfer}));
            window.dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, cancelable: true}));
        }""",
        [
            [f"dropped-{index}.jpg", b64encode(make_jpeg(900, 600, 300 + index)).decode()]
            for index in range(5)
        ],
    )
    expect(tray.get_by_text("5 of 5 done")).to_be_visible()
    expect(tray.locator(TAGGED).first).to_be_visible()
    assert page.evaluate("() => window.sameDocument === true"), "the page was loaded again"
    assert visitor.axe_violations() == []
    assert visitor.complaints == []


def test_broken_connection_resumes_without_resending(visitor: Visitor, tray: Locator, relay: Relay) -> None:
    offsets = offsets_of(visitor)
    relay.upload_bytes_per_s = SLOW
    choose(visitor, ("broken-relay.jpg", noise(2000)))
    stall_at(visitor, relay, 40)
    relay.cut()
    expect(tray.get_by_text("No connection. Resumes at")).to_be_visible()
    assert visitor.axe_violations() == []
    relay.upload_bytes_per_s = None
    relay.restore()
    # If the browser keeps a dead connection, the stall watch resumes after two minutes.
    expect(tray.locator(TAGGED)).to_be_visible(timeout=COMMAND_S * 1000)
    assert offsets[0] == 0
    assert offsets[-1] > 0, "the upload started over"
    # Chromium reports requests that failed while offline; nothing else may complain.
    assert [complaint for complaint in visitor.complaints if "ERR_" not in complaint] == []


def test_reload_resumes_uploads(visitor: Visitor, tray: Locator, relay: Relay, uploader: Account) -> None:
    offsets = offsets_of(visitor)
    relay.upload_bytes_per_s = SLOW
    choose(visitor, ("reloaded.jpg", noise(3000)))
    stall_at(visitor, relay, 40)
    visitor.page.wait_for_function(KEPT, arg=1)
    visitor.page.reload()
    relay.upload_bytes_per_s = None
    expect(tray.get_by_text("reloaded.jpg")).to_be_visible()
    expect(tray.get_by_text("1 of 1 done")).to_be_visible()
    assert max(offsets) > 0, "the upload started over"
    visitor.page.wait_for_function(KEPT, arg=0)
    titles = [photo["title"] for photo in uploader.client.get("/photos?user=uploader").json()["items"]]
    assert titles.count("reloaded") == 1
    # The server may still write what the old page sent: it holds the upload (423), its offset moves (409).
    expected = ("ERR_", "409", "423")
    assert [
        complaint for complaint in visitor.complaints if not any(word in complaint for word in expected)
    ] == []


def test_duplicate_is_not_sent_and_can_be_added_to_the_album(
    visitor: Visitor, tray: Locator, uploader: Account
) -> None:
    """The photo exists already; one click adds it to the album it was meant for."""
    known = make_jpeg(900, 600, 320)
    photo = uploader.upload(known, "known.jpg").json()
    album = uploader.client.post("/albums", json={"title": "Summer"}).json()
    offsets = offsets_of(visitor)
    visitor.page.reload()
    visitor.page.get_by_label("Album").select_option("Summer")
    choose(visitor, ("again.jpg", known))
    expect(tray.get_by_text("Already in your library, added").first).to_be_visible()
    assert offsets == [], "its bytes were sent"
    assert visitor.axe_violations() == []
    tray.get_by_role("button", name="Add to Summer: again.jpg").click()
    expect(tray.get_by_text("Added to Summer")).to_be_visible()
    inside = uploader.client.get("/photos", params={"album": album["id"]}).json()["items"]
    # In an album's list a photo stands once it is tagged.
    uploader.wait_until_done(photo["id"])
    inside = uploader.client.get("/photos", params={"album": album["id"]}).json()["items"]
    assert [item["id"] for item in inside] == [photo["id"]]
    expect(tray.get_by_role("link", name="Open again.jpg")).to_have_attribute("href", f"/p/{photo['id']}")
    assert visitor.complaints == []


def test_near_duplicate_is_uploaded_with_a_notice(visitor: Visitor, tray: Locator, uploader: Account) -> None:
    """A near-duplicate is no error: a note after its tags links to the other photo."""
    picture = make_jpeg(900, 600, 321)
    first = uploader.upload(picture, "first.jpg").json()
    uploader.wait_until_done(first["id"])
    smaller = io.BytesIO()
    Image.open(io.BytesIO(picture)).resize((600, 400)).save(smaller, "JPEG", quality=70)
    choose(visitor, ("smaller.jpg", smaller.getvalue()))
    note = tray.get_by_role("link", name=re.compile("^Similar to"))
    expect(note).to_be_visible()
    expect(tray.get_by_text("1 of 1 done")).to_be_visible()
    assert visitor.axe_violations() == []
    href = note.get_attribute("href") or ""
    note.click()
    visitor.page.wait_for_url(f"**{href}")
    expect(visitor.page.get_by_text(re.compile("looks? the same"))).to_be_visible()
    assert visitor.complaints == []


def test_bad_files_show_reasons_and_failed_ones_are_retried(visitor: Visitor, tray: Locator) -> None:
    page = visitor.page
    full = '{"type":"about:blank","title":"Storage full","status":507,"code":"storage_full","detail":""}'
    page.route(
        "**/api/v1/uploads",
        lambda route: route.fulfill(status=507, content_type="application/problem+json", body=full),
    )
    good = [(f"full-{index}.jpg", make_jpeg(900, 600, 330 + index)) for index in range(2)]
    choose(visitor, *good)
    expect(tray.get_by_text("The server is out of storage.").nth(1)).to_be_visible()
    page.unroute("**/api/v1/uploads")
    choose(visitor, ("letter.jpg", b"not a picture " * 100), ("empty.jpg", b""))
    expect(tray.get_by_text("4 failed")).to_be_visible()
    expect(tray.locator("[data-stage=failed]", has_text="full-0.jpg").locator("img")).to_be_visible()
    expect(tray.locator("[data-stage=failed]", has_text="letter.jpg").locator("img")).to_have_count(0)
    expect(tray.get_by_text("This file is not an image.")).to_be_attached()
    assert visitor.axe_violations() == []
    with page.expect_download() as saved:
        tray.get_by_role("button", name="Download the list of failures").click()
    rows = saved.value.path().read_text().splitlines()
    assert len(rows) == 5
    tray.get_by_role("button", name="Retry all failed").click()
    expect(tray.get_by_text("2 of 4 done")).to_be_visible()
    expect(tray.get_by_text("2 failed")).to_be_visible()
    # Chromium itself reports refused requests.
    assert [
        complaint for complaint in visitor.complaints if "507" not in complaint and "422" not in complaint
    ] == []


def test_stalled_upload_is_aborted_and_resumed(visitor: Visitor, tray: Locator, relay: Relay) -> None:
    """As when a phone changes networks: the browser gets no sign that its connection is dead.

    The last test: its clock stays in the browser.
    """
    visitor.page.clock.install()
    offsets = offsets_of(visitor)
    relay.upload_bytes_per_s = SLOW
    choose(visitor, ("silent-relay.jpg", noise(2000)))
    stall_at(visitor, relay, 40)
    relay.stall()
    given_up = tray.get_by_text("No connection. Resumes at")
    expect(tray.get_by_text("Uploading")).to_be_visible()
    # What its buffers still take resets the browser's patience for some moments.
    for _ in range(5):
        visitor.page.clock.fast_forward(121_000)
        if given_up.is_visible():
            break
    relay.upload_bytes_per_s = None
    relay.resume()
    for _ in range(60):
        visitor.page.clock.fast_forward(5_000)
        with suppress(AssertionError):
            expect(tray.locator(TAGGED)).to_be_visible(timeout=1_000)
            break
    expect(tray.locator(TAGGED)).to_be_visible()
    assert len(offsets) > 1, "it was not given up"
    assert offsets[-1] > 0, "the upload started over"

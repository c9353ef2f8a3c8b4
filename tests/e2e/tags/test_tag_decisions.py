"""The owner corrects tags: accept, reject, add and undo, by pointer and keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from tests.support.browser.visitor import Theme, sign_in, visiting
from tests.support.paths import SHARED_DATA
from tests.support.stack.site import Account, Json, Site

pytestmark = pytest.mark.e2e

PHOTO = SHARED_DATA / "photos" / "im4.jpg"


@pytest.fixture
def photo(anna: Account) -> Iterator[Json]:
    """A real photo with suggested tags, as fresh as from its upload."""
    if not PHOTO.exists():
        pytest.skip("the shared photos are not here")
    photo = anna.upload(PHOTO.read_bytes()).json()
    yield anna.wait_until_done(photo["id"])
    assert anna.client.delete(f"/photos/{photo['id']}?permanent=true").status_code == 204


def group(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("list", name=name)


def suggested(photo: Json) -> list[str]:
    found = [tag["label"] for tag in photo["tags"] if tag["state"] == "suggested"]
    assert len(found) >= 2, "the test needs a photo with two suggestions"
    return found


def states(account: Account, photo_id: str) -> dict[str, str]:
    answer = account.client.get(f"/photos/{photo_id}", params={"include": "all"})
    return {tag["label"]: tag["state"] for tag in answer.json()["tags"]}


def unfold(page: Page, name: str) -> None:
    page.get_by_text(re.compile(rf"^{name} \(\d+\)$")).click()


def test_decisions_survive_a_reload(site: Site, browser: Browser, anna: Account, photo: Json) -> None:
    liked, wrong = suggested(photo)[:2]
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        sign_in(visitor, "anna")
        visitor.go(f"/p/{photo['id']}")
        page.get_by_role("button", name=f"Accept {liked}").click()
        expect(group(page, "Confirmed").get_by_text(liked)).to_be_visible()
        page.get_by_role("button", name=f"Reject {wrong}").click()
        expect(page.get_by_text(f"Rejected “{wrong}”.")).to_be_visible()
        page.get_by_label("Add a tag").fill("Kayak, dusk")
        page.get_by_label("Add a tag").press("Enter")
        for label in ("kayak", "dusk"):
            expect(group(page, "Confirmed").get_by_text(label)).to_be_visible()
        page.wait_for_load_state("networkidle")
        page.reload()
        for label in (liked, "kayak", "dusk"):
            expect(group(page, "Confirmed").get_by_text(label)).to_be_visible()
        unfold(page, "Rejected")
        expect(group(page, re.compile("^Rejected")).get_by_text(wrong)).to_be_visible()
        assert visitor.complaints == []
    found = states(anna, photo["id"])
    assert (found[liked], found[wrong], found["kayak"]) == ("accepted", "rejected", "accepted")


def test_undo_reverts_each_decision(site: Site, browser: Browser, anna: Account, photo: Json) -> None:
    first, second = suggested(photo)[:2]
    before = states(anna, photo["id"])
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        sign_in(visitor, "anna")
        visitor.go(f"/p/{photo['id']}")
        page.get_by_role("button", name=f"Accept {first}").click()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("button", name=f"Accept {first}")).to_be_visible()
        page.get_by_role("button", name=f"Reject {second}").click()
        expect(page.get_by_text(f"Rejected “{second}”.")).to_be_visible()
        page.keyboard.press("Control+z")
        expect(page.get_by_role("button", name=f"Reject {second}")).to_be_visible()
        page.get_by_label("Add a tag").fill("kayak")
        page.get_by_label("Add a tag").press("Enter")
        expect(group(page, "Confirmed").get_by_text("kayak")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("kayak", exact=True)).to_have_count(0)
        page.wait_for_load_state("networkidle")
        page.reload()
        expect(page.get_by_role("button", name=f"Accept {first}")).to_be_visible()
        expect(page.get_by_role("button", name=f"Accept {second}")).to_be_visible()
        assert visitor.complaints == []
    assert states(anna, photo["id"]) == before


def test_tags_are_corrected_by_keyboard(site: Site, browser: Browser, anna: Account, photo: Json) -> None:
    """`1` goes to the first suggestion; after `a` the next one has the focus, so `x` rejects that."""
    first, second = suggested(photo)[:2]
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        sign_in(visitor, "anna")
        visitor.go(f"/p/{photo['id']}")
        expect(page.get_by_role("button", name=f"Accept {first}")).to_be_visible()
        page.keyboard.press("1")
        page.keyboard.press("a")
        expect(page.locator(f'[data-tag="{second}"]')).to_be_focused()
        page.keyboard.press("x")
        expect(page.get_by_role("button", name=f"Accept {second}")).to_have_count(0)
        page.keyboard.press("t")
        # Letters that are commands elsewhere are text in a field.
        page.keyboard.type("taxi")
        page.keyboard.press("Enter")
        expect(group(page, "Confirmed").get_by_text("taxi")).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert visitor.complaints == []
    found = states(anna, photo["id"])
    assert (found[first], found[second], found["taxi"]) == ("accepted", "rejected", "accepted")


def test_rejected_decision_is_rolled_back_with_an_error(
    site: Site, browser: Browser, anna: Account, photo: Json
) -> None:
    label = suggested(photo)[0]

    def refuse(route: Route) -> None:
        if route.request.method == "PUT":
            route.fulfill(status=503, json={"code": "service_unavailable", "detail": "", "status": 503})
        else:
            route.continue_()

    with visiting(browser, site.address) as visitor:
        page = visitor.page
        sign_in(visitor, "anna")
        page.route("**/tags/*", refuse)
        visitor.go(f"/p/{photo['id']}")
        page.get_by_role("button", name=f"Accept {label}").click()
        expect(page.get_by_text(f"“{label}” was not saved.")).to_be_visible()
        expect(page.get_by_role("button", name=f"Accept {label}")).to_be_visible()
        assert [line for line in visitor.complaints if "503" not in line] == []


def test_others_see_tags_without_controls(site: Site, browser: Browser, ben: Account, photo: Json) -> None:
    with visiting(browser, site.address) as visitor:
        page = visitor.page
        sign_in(visitor, "ben")
        visitor.go(f"/p/{photo['id']}")
        expect(group(page, re.compile("^Suggested")).first).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^(Accept|Reject)"))).to_have_count(0)
        expect(page.get_by_label("Add a tag")).to_have_count(0)
        assert visitor.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_axe_finds_no_violation_with_every_group_open(
    site: Site, browser: Browser, anna: Account, photo: Json, width: str, theme: Theme
) -> None:
    accepted, rejected = suggested(photo)[:2]
    for label, state in ((accepted, "accepted"), (rejected, "rejected")):
        path = f"/photos/{photo['id']}/tags/{label}"
        assert anna.client.put(path, json={"state": state}).status_code == 204
    with visiting(browser, site.address, width, theme) as visitor:
        page = visitor.page
        sign_in(visitor, "anna")
        visitor.go(f"/p/{photo['id']}")
        unfold(page, "Less likely")
        unfold(page, "Rejected")
        page.get_by_label("Add a tag").fill("kay")
        expect(page.get_by_role("option").first).to_be_visible()
        assert visitor.axe_violations() == []

"""`make screenshots`: the pages as they are, from a real stack with real photos and a real tagger."""

import argparse
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "deploy" / "native")]

from tests.support.browser.chromium import chromium  # noqa: E402
from tests.support.browser.visitor import Theme, Visitor, sign_in, visiting  # noqa: E402
from tests.support.paths import SHARED_DATA  # noqa: E402
from tests.support.stack.site import Account, Site, running_site  # noqa: E402

# These come from cameras and are free to show; the others beside them are for tests alone.
SHOWN = re.compile(r"(?!im\d)")
IN_TRAY = 3
# page -> the windows that show it best; the first page is shown in all of them.
KINDS: tuple[tuple[str, Theme], ...] = (("desktop", "light"), ("tablet", "dark"), ("phone", "light"))
STRANGERS = {"feed": "/", "join": "/join"}
OWN = {"photo": "/p/{photo}", "explore": "/explore", "album": "/a/{album}", "settings": "/settings"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, default=SHARED_DATA / "photos", help="folder of JPEG files")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    options = parser.parse_args()
    pictures = [path for path in sorted(options.photos.glob("*.jpg")) if SHOWN.match(path.name)]
    if not pictures:
        parser.error(f"no JPEG files in {options.photos}")
    with (
        tempfile.TemporaryDirectory(prefix="vignette-screenshots-") as folder,
        chromium() as browser,
        running_site(Path(folder) / "state") as site,
    ):
        anna = site.sign_up("anna")
        shown = publish(anna, pictures)
        places = {"photo": shown, "album": collect(anna)}
        for number, (width, theme) in enumerate(KINDS):
            kind = f"{width}-{theme}"
            with visiting(browser, site.address, width, theme) as visitor:
                # A dozen in all: the feed everywhere, the others where they say most.
                take(visitor, {"feed": "/"} if number else STRANGERS, options.out, kind)
                sign_in(visitor, "anna")
                own = {name: path.format(**places) for name, path in OWN.items()}
                names = list(own) if number == 0 else list(own)[: 3 - number]
                take(visitor, {name: own[name] for name in names}, options.out, kind)
        take_selection(browser, site, options.out)
        take_upload(browser, site, pictures[:IN_TRAY], options.out)
    print(f"{len(list(options.out.glob('*.jpg')))} pictures in {options.out}")


def publish(account: Account, pictures: list[Path]) -> str:
    """Upload the pictures and return the id of the one with the most tags, for its own page."""
    ids = [
        account.upload(path.read_bytes(), path.name, title=path.stem.replace("_", " ").strip()).json()["id"]
        for path in pictures
    ]
    photos = [account.wait_until_done(photo_id) for photo_id in ids]
    best: str = max(photos, key=lambda photo: len(photo["tags"]))["id"]
    return best


def collect(account: Account) -> str:
    """Put every photo but one into an album; returns its id."""
    album_id: str = account.client.post("/albums", json={"title": "From many cameras"}).json()["id"]
    for photo in account.client.get("/photos").json()["items"][1:]:
        account.client.put(f"/albums/{album_id}/photos/{photo['id']}").raise_for_status()
    return album_id


def take(visitor: Visitor, pages: dict[str, str], out: Path, kind: str) -> None:
    for name, path in pages.items():
        visitor.go(path)
        settle(visitor)
        visitor.screenshot(out / f"{name}-{kind}.jpg")


def take_selection(browser: Browser, site: Site, out: Path) -> None:
    """Take the feed with some photos chosen and their tags beside one another."""
    with visiting(browser, site.address, "desktop", "dark") as visitor:
        page = visitor.page
        sign_in(visitor, "anna")
        page.locator('[data-index="0"]').focus()
        for key in ("x", "Shift+ArrowRight", "Shift+ArrowRight"):
            page.keyboard.press(key)
        bar = page.get_by_role("region", name="Selected photos")
        bar.get_by_role("button", name="Tags").click()
        expect(bar.get_by_role("list", name="Tags of the selected photos")).to_be_visible()
        settle(visitor)
        visitor.screenshot(out / "selection-desktop-dark.jpg")


def take_upload(browser: Browser, site: Site, pictures: list[Path], out: Path) -> None:
    """Take the upload page once a new account's private pictures have their tags."""
    site.sign_up("ben")
    with visiting(browser, site.address, "phone", "dark") as visitor:
        page = visitor.page
        sign_in(visitor, "ben")
        visitor.go("/upload")
        page.get_by_role("radio", name="Only me").check()
        page.locator("input[type=file]").first.set_input_files(pictures)
        expect(page.locator("[data-stage=tagged]")).to_have_count(len(pictures), timeout=60_000)
        settle(visitor)
        visitor.screenshot(out / "upload-phone-dark.jpg")


def settle(visitor: Visitor) -> None:
    """Wait until the page's pictures and its font are there."""
    expect(visitor.page.get_by_role("heading", level=1).first).to_be_attached()
    visitor.page.wait_for_function(
        """() => document.fonts.status === 'loaded'
             && [...document.images].every((image) => image.complete || image.loading === 'lazy')"""
    )
    visitor.page.wait_for_timeout(400)


if __name__ == "__main__":
    main()

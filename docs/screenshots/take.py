"""`make screenshots`: the pages as they are, from a real stack with real photos and a real tagger."""

import argparse
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "deploy" / "native")]

from tests.conftest import SHARED_DATA  # noqa: E402
from tests.e2e.browser import WIDTHS, Theme, Visitor, chromium, visiting  # noqa: E402
from tests.e2e.site import PASSWORD, Account, running_site  # noqa: E402

# These come from cameras and are free to show; the others beside them are for tests alone.
SHOWN = re.compile(r"(?!im\d)")
IN_TRAY = 3
THEMES: tuple[Theme, ...] = ("light", "dark")


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
        shown = publish(site.sign_up("anna"), pictures)
        for width in WIDTHS:
            for theme in THEMES:
                with visiting(browser, site.address, width, theme) as visitor:
                    take_pages(visitor, shown, options.out, f"{width}-{theme}")
                    site.sign_up(f"ben-{width}-{theme}")
                    take_upload(visitor, pictures[:IN_TRAY], options.out, f"{width}-{theme}")
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


def take_pages(visitor: Visitor, photo_id: str, out: Path, kind: str) -> None:
    """Take the pages that everyone sees."""
    for name, path in (("feed", "/"), ("join", "/join"), ("photo", f"/p/{photo_id}")):
        visitor.go(path)
        settle(visitor)
        visitor.screenshot(out / f"{name}-{kind}.jpg")


def take_upload(visitor: Visitor, pictures: list[Path], out: Path, kind: str) -> None:
    """Take the upload page once a new account's private pictures have their tags."""
    page = visitor.page
    sign_in(visitor, f"ben-{kind}")
    visitor.go("/upload")
    page.get_by_role("radio", name="Only me").check()
    page.locator("input[type=file]").first.set_input_files(pictures)
    expect(page.locator("[data-stage=tagged]")).to_have_count(len(pictures), timeout=60_000)
    settle(visitor)
    visitor.screenshot(out / f"upload-{kind}.jpg")


def sign_in(visitor: Visitor, username: str) -> None:
    page = visitor.page
    visitor.go("/signin")
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("form").get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/$"))


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

"""The page behind a share link, as HTML: for guests without JavaScript, link previews and a fast start.

The app takes the page over: it finds the API's answers in it, draws the same in the same classes
(web/src/features/share/ui/served.css) and removes the served body.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from math import ceil
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from gateway.middleware.security_headers import PAGE_POLICY
from gateway.pages.app_page import AppPage, data_blocks
from gateway.pages.renditions import srcset
from vignette_shared.contracts.api import Page, Photo, SharedAlbum

PHOTOS = 60
"""photos on the page; the app loads the rest"""
WIDEST, NARROWEST = 2.8, 0.5
EAGER = 8
"""images loaded at once: those of the first screen"""
ROWS = (240, 180, 112)
"""target row heights in px, for viewports from 1440 px, from 768 px, and below: as in the app's grid"""
STRETCHED = 1.4
"""how much wider than its target a row may make a photo"""
UNTITLED = "Photo of the album"

_templates = Environment(
    loader=PackageLoader("gateway.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class SharePage:
    """What is filled into the app's page; `style` is its only inline style sheet."""

    title: str
    head: str
    body: str
    style: str = ""

    @property
    def policy(self) -> str:
        """The app's content security policy, with this style sheet allowed by its hash."""
        if not self.style:
            return PAGE_POLICY
        digest = b64encode(sha256(self.style.encode()).digest()).decode()
        return PAGE_POLICY.replace("style-src 'self'", f"style-src 'self' 'sha256-{digest}'")

    def into(self, page: AppPage) -> str:
        """Return the app's page with the content of this page."""
        return page.with_content(title=f"{escape(self.title)} · Vignette", head=self.head, body=self.body)


def album_page(album: SharedAlbum, photos: Page[Photo], token: str, origin: str) -> SharePage:
    """Render the page of an open link.

    Args:
        origin: the site's origin as the guest's browser names it; previews need absolute addresses.
    """
    count = "1 photo" if album.photo_count == 1 else f"{album.photo_count:,} photos"
    # The app looks for these answers before it asks the API.
    data = data_blocks(
        {
            f"/api/v1/s/{token}": album.model_dump_json().encode(),
            f"/api/v1/s/{token}/photos?limit={PHOTOS}": photos.model_dump_json().encode(),
        }
    )
    body = _render(
        "album.html",
        album=album,
        photo_count=count,
        photos=[_photo(photo) for photo in photos.items],
        more=photos.next_cursor is not None,
        eager=EAGER,
        day=_day,
        data=Markup(data.decode()),  # noqa: S704 - escaped by `data_blocks`
    )
    cover = album.cover
    style = _ratios(photos.items)
    head = _render(
        "album_head.html",
        album=album,
        summary=f"{count} by {album.owner.display_name}",
        origin=origin,
        token=token,
        image=(cover.urls.preview or cover.urls.thumb) if cover else None,
        untitled=UNTITLED,
        style=Markup(style),  # noqa: S704 - made of numbers alone
    )
    return SharePage(album.title, head, body, style)


def locked_page(token: str, problem: str | None = None) -> SharePage:
    """Render the password form; `problem` says what was wrong with the last attempt."""
    title = "This album has a password"
    return _bare(title, _render("locked.html", title=title, token=token, problem=problem))


def closed_page(title: str, text: str, *, to_feed: bool = False) -> SharePage:
    """Render a page without an album, for example for an expired link."""
    return _bare(title, _render("closed.html", title=title, text=text, to_feed=to_feed))


def _bare(title: str, body: str) -> SharePage:
    return SharePage(title, '<meta name="robots" content="noindex">', body)


def _render(template: str, **values: Any) -> str:
    return _templates.get_template(template).render(**values)


def _photo(photo: Photo) -> dict[str, Any]:
    sizes = (ceil(_ratio(photo) * row * STRETCHED) for row in ROWS)
    return {
        "alt": photo.alt_text or photo.title or UNTITLED,
        "thumb": photo.urls.thumb or "",
        "preview": photo.urls.preview or "",
        "srcset": srcset(photo.urls, photo.width, photo.height),
        "sizes": "(min-width: 1440px) {}px, (min-width: 768px) {}px, {}px".format(*sizes),
        "width": photo.width,
        "height": photo.height,
    }


def _ratio(photo: Photo) -> float:
    """Return the aspect ratio in which a photo is shown: a panorama must not fill a whole row."""
    return min(max(photo.width / max(photo.height, 1), NARROWEST), WIDEST)


def _ratios(photos: Sequence[Photo]) -> str:
    """Return a style sheet with each photo's aspect ratio, from which the grid makes rows of equal height."""
    return "".join(f"#r{index}{{--ratio:{_ratio(photo):.4f}}}" for index, photo in enumerate(photos))


def _day(moment: datetime) -> str:
    """Format a day in UTC; only the app knows the guest's time zone."""
    day = moment.astimezone(UTC)
    return f"{day:%B} {day.day}, {day.year}"

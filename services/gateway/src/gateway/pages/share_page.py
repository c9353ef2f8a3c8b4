"""The page behind a share link as HTML: for visitors without JavaScript, for previews, and to paint at once.

The app takes the page over where it runs: it finds what it would ask for in the page, and removes the page's
own body when it has drawn the same, in the same classes (web/src/features/share/served.css).
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from math import ceil

from gateway.middleware.security_headers import PAGE_POLICY
from gateway.pages.renditions import srcset
from vignette_shared.contracts.api import Page, Photo, SharedAlbum
from vignette_shared.contracts.api.base import ApiModel

PHOTOS = 60
"""on the page; the rest is the app's to load"""
WIDEST, NARROWEST = 2.8, 0.5
EAGER = 8
"""of the pictures are asked for at once: those of the first screen"""
ROWS = (240, 180, 112)
"""target heights from a window's width of 1440 px on, from 768 px on, and below: those of the app's grids"""
STRETCHED = 1.4
"""how much wider than its target a row may make a photo"""
UNTITLED = "Photo of the album"


@dataclass(frozen=True, slots=True)
class SharePage:
    """What goes into the app's page: head and body, and the one style sheet that is not a file."""

    title: str
    head: str
    body: str
    style: str = ""

    @property
    def policy(self) -> str:
        """The page's content security policy: the app's, and this very style sheet."""
        if not self.style:
            return PAGE_POLICY
        digest = b64encode(sha256(self.style.encode()).digest()).decode()
        return PAGE_POLICY.replace("style-src 'self'", f"style-src 'self' 'sha256-{digest}'")

    def into(self, index: str) -> str:
        """Return the app's `index.html` with this page in it."""
        style = f"<style>{self.style}</style>" if self.style else ""
        before, _, after = index.partition("<title>Vignette</title>")
        head = f'<title>{escape(self.title)} · Vignette</title><meta name="robots" content="noindex">'
        page = f"{before}{head}{self.head}{style}{after}"
        page = page.replace(
            '<meta name="description" content="Share photos that describe themselves." />', ""
        )
        page = page.replace("<noscript>Vignette needs JavaScript to show its pages.</noscript>", "")
        return page.replace(
            '<div id="root"></div>', f'<div id="served">{self.body}</div><div id="root"></div>'
        )


def album_page(album: SharedAlbum, photos: Page[Photo], token: str, origin: str) -> SharePage:
    """Make the page of an open link.

    Args:
        origin: of the site as the visitor sees it, since previews need whole addresses.
    """
    by = f"{_count(album.photo_count)} by {album.owner.display_name}"
    facts = [f"by {album.owner.display_name}", _count(album.photo_count)]
    if album.expires_at is not None:
        facts.append(f"Open until {_day(album.expires_at)}")
    told = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    body = (
        f'<main class="shared"><header class="shared-head"><h1>{escape(album.title)}</h1>'
        f'<p class="shared-facts">{told}</p>'
        f"{_paragraph(album.description)}</header>{_list(photos.items)}{_rest(album, photos)}</main>"
    )
    body += _data(token, album, photos)
    return SharePage(album.title, _previews(album, by, token, origin), body, _ratios(photos.items))


def locked_page(token: str, problem: str | None = None) -> SharePage:
    """Make the form that asks for the link's password; `problem` is what was wrong with the last one."""
    said = f'<p id="problem" role="alert">{escape(problem)}</p>' if problem else "<p></p>"
    described = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    title = "This album has a password"
    body = (
        f'<main class="shared-form"><h1>{title}</h1><p>Ask the person who sent you the link.</p>'
        f'<form method="post" action="/s/{escape(token)}"><div class="served-field">'
        '<label for="password">Password</label>'
        f'<input id="password" name="password" type="password" required autocomplete="off"{described}>{said}'
        '</div><button class="served-button">Open the album</button></form></main>'
    )
    return SharePage(title, "", body)


def closed_page(title: str, text: str, *, to_feed: bool = False) -> SharePage:
    """Make the page of a link that opens nothing."""
    away = '<a class="served-button" href="/">Go to the feed</a>' if to_feed else ""
    body = f'<main class="shared-closed"><h1>{escape(title)}</h1><p>{escape(text)}</p>{away}</main>'
    return SharePage(title, "", body)


def _previews(album: SharedAlbum, by: str, token: str, origin: str) -> str:
    """What messengers show of a link: Open Graph tags."""
    told = {
        "og:type": "website",
        "og:site_name": "Vignette",
        "og:title": album.title,
        "og:description": album.description[:200] or by,
        "og:url": f"{origin}/s/{token}",
    }
    if album.cover is not None and (image := album.cover.urls.preview or album.cover.urls.thumb):
        told |= {"og:image": f"{origin}{image}", "og:image:alt": album.cover.alt_text or UNTITLED}
    tags = (f'<meta property="{name}" content="{escape(text)}">' for name, text in told.items())
    return f'<meta name="description" content="{escape(by)}">{"".join(tags)}'


def _list(photos: Sequence[Photo]) -> str:
    if not photos:
        return "<p>There are no photos in this album yet.</p>"
    items = "".join(_item(index, photo) for index, photo in enumerate(photos))
    return f'<ul class="shared-photos" aria-label="Photos of the album">{items}</ul>'


def _item(index: int, photo: Photo) -> str:
    alt = escape(photo.alt_text or photo.title or UNTITLED)
    thumb, preview = photo.urls.thumb or "", photo.urls.preview or ""
    sources = ""
    if told := srcset(photo.urls, photo.width, photo.height):
        sizes = "(min-width: 1440px) {}px, (min-width: 768px) {}px, {}px".format(
            *(ceil(_ratio(photo) * row * STRETCHED) for row in ROWS)
        )
        sources = f' srcset="{escape(told)}" sizes="{sizes}"'
    loading = 'loading="eager" decoding="sync"' if index < EAGER else 'loading="lazy" decoding="async"'
    return (
        f'<li id="r{index}"><a href="{escape(preview)}" aria-label="{alt} (opens the picture)">'
        f'<img src="{escape(thumb)}"{sources} alt="{alt}" width="{photo.width}" height="{photo.height}" '
        f"{loading}></a></li>"
    )


def _ratio(photo: Photo) -> float:
    """Return the aspect in which a photo is shown."""
    return min(max(photo.width / max(photo.height, 1), NARROWEST), WIDEST)


def _ratios(photos: Sequence[Photo]) -> str:
    """Each photo's aspect, which rows of equal height are made from."""
    return "".join(f"#r{index}{{--ratio:{_ratio(photo):.4f}}}" for index, photo in enumerate(photos))


def _rest(album: SharedAlbum, photos: Page[Photo]) -> str:
    if photos.next_cursor is None:
        return ""
    shown = f"The first {len(photos.items)} of {album.photo_count} photos."
    return f"<noscript><p>{shown} To see the others, turn on JavaScript.</p></noscript>"


def _paragraph(text: str) -> str:
    return f'<p class="shared-text">{escape(text)}</p>' if text else ""


def _count(photos: int) -> str:
    return "1 photo" if photos == 1 else f"{photos:,} photos"


def _day(moment: datetime) -> str:
    """The day in UTC: the visitor's own zone is the app's to know."""
    day = moment.astimezone(UTC)
    return f"{day:%B} {day.day}, {day.year}"


def _data(token: str, album: SharedAlbum, photos: Page[Photo]) -> str:
    """The API's answers under their addresses, where the app looks before it asks."""
    answers = {f"/api/v1/s/{token}": album, f"/api/v1/s/{token}/photos?limit={PHOTOS}": photos}
    return "".join(
        # Data blocks are not run, so that the policy needs no exception; `<` could end one early.
        f'<script type="application/json" data-answer="{escape(address)}">{_json(answer)}</script>'
        for address, answer in answers.items()
    )


def _json(answer: ApiModel) -> str:
    return answer.model_dump_json().replace("<", "\\u003c")

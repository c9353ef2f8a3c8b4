"""The page behind a share link as HTML: for visitors without JavaScript, for previews, and to paint at once.

The app takes the page over where it runs: it finds what it would ask for in the page, and removes the page's
own body when it has drawn the same.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from gateway.security_headers import PAGE_POLICY
from vignette_shared.contracts.api import Page, Photo, SharedAlbum
from vignette_shared.contracts.api.base import ApiModel

PHOTOS = 60
"""on the page; the rest is the app's to load"""
WIDEST, NARROWEST = 2.8, 0.5
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
    body = (
        f'<main class="shared"><header class="shared-head"><h1>{escape(album.title)}</h1>'
        f'<p class="shared-facts"><span>{escape(by)}</span></p>'
        f"{_paragraph(album.description)}</header>{_list(photos.items)}{_rest(album, photos)}</main>"
    )
    body += _data(token, album, photos)
    return SharePage(album.title, _previews(album, by, token, origin), body, _ratios(photos.items))


def locked_page(token: str, problem: str | None = None) -> SharePage:
    """Make the form that asks for the link's password; `problem` is what was wrong with the last one."""
    said = f'<p id="problem" role="alert">{escape(problem)}</p>' if problem else ""
    described = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    title = "This album has a password"
    body = (
        f'<main class="shared shared-form"><h1>{title}</h1><p>Whoever sent you the link knows it.</p>'
        f'<form method="post" action="/s/{escape(token)}"><label for="password">Password</label>'
        f'<input id="password" name="password" type="password" required autocomplete="off"{described}>{said}'
        "<button>Open the album</button></form></main>"
    )
    return SharePage(title, "", body)


def closed_page(title: str, text: str) -> SharePage:
    """Make the page of a link that opens nothing."""
    body = f'<main class="shared"><h1>{escape(title)}</h1><p>{escape(text)}</p></main>'
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
    # The first screen's pictures are asked for at once.
    loading = "eager" if index < 8 else "lazy"
    thumb, preview = escape(photo.urls.thumb or ""), escape(photo.urls.preview or "")
    return (
        f'<li id="r{index}"><a href="{preview}" aria-label="{alt} (opens the picture)">'
        f'<img src="{thumb}" alt="{alt}" width="{photo.width}" height="{photo.height}" loading="{loading}" '
        'decoding="async"></a></li>'
    )


def _ratios(photos: Sequence[Photo]) -> str:
    """Each photo's aspect, which rows of equal height are made from."""
    ratios = (min(max(photo.width / max(photo.height, 1), NARROWEST), WIDEST) for photo in photos)
    return "".join(f"#r{index}{{--ratio:{ratio:.4f}}}" for index, ratio in enumerate(ratios))


def _rest(album: SharedAlbum, photos: Page[Photo]) -> str:
    if photos.next_cursor is None:
        return ""
    shown = f"The first {len(photos.items)} of {album.photo_count} photos."
    return f"<noscript><p>{shown} To see the others, turn on JavaScript.</p></noscript>"


def _paragraph(text: str) -> str:
    return f'<p class="shared-text">{escape(text)}</p>' if text else ""


def _count(photos: int) -> str:
    return "1 photo" if photos == 1 else f"{photos:,} photos"


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

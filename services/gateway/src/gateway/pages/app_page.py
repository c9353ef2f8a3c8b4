"""The app's built HTML, and the places in it that the gateway fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from vignette_shared.errors import SettingsError

TITLE = "<title>Vignette</title>"
DESCRIPTION = '<meta name="description" content="Share photos that describe themselves." />'
HEAD_END = "</head>"
ROOT = '<div id="root"></div>'
NOSCRIPT = "<noscript>Vignette needs JavaScript to show its pages.</noscript>"
BODY_END = "</body>"
PLACEHOLDERS = (TITLE, DESCRIPTION, HEAD_END, ROOT, NOSCRIPT, BODY_END)


@dataclass(frozen=True, slots=True)
class AppPage:
    """The app's `index.html`, with each placeholder exactly once.

    Raises:
        SettingsError: a placeholder is missing or repeated; content would be lost.
    """

    html: str

    def __post_init__(self) -> None:
        for placeholder in PLACEHOLDERS:
            require_once(placeholder, self.html, "index.html")

    def with_content(self, *, title: str, head: str, body: str) -> str:
        """Return the page with another title and head, and with a body to show until the app has drawn.

        All arguments are HTML.
        """
        filled = {
            TITLE: f"<title>{title}</title>",
            DESCRIPTION: "",
            HEAD_END: f"{head}{HEAD_END}",
            ROOT: f'<div id="served">{body}</div>{ROOT}',
            NOSCRIPT: "",
        }
        # In one pass from the start: what is filled in may itself contain the text of a placeholder.
        html, rest = "", self.html
        for placeholder in sorted(filled, key=self.html.index):
            before, _, rest = rest.partition(placeholder)
            html += before + filled[placeholder]
        return html + rest


def require_once(placeholder: str, html: str, name: str) -> None:
    if (count := html.count(placeholder)) != 1:
        raise SettingsError(
            f"The web app's {name} contains {placeholder} {count} times instead of once. "
            "Build the app again with `make web`."
        )


def with_data(html: bytes, answers: Mapping[str, bytes]) -> bytes:
    """Embed API responses by address; the app reads them instead of sending the requests."""
    end = BODY_END.encode()
    return html.replace(end, data_blocks(answers) + end)


def data_blocks(answers: Mapping[str, bytes]) -> bytes:
    """Return JSON answers as HTML data blocks. Browsers don't run them, so the policy needs no exception."""
    return b"".join(
        b'<script type="application/json" data-answer="%s">%s</script>'
        # An unescaped `<` could end the block early.
        % (escape(address).encode(), answer.replace(b"<", b"\\u003c"))
        for address, answer in answers.items()
    )

"""A visitor: a browser profile that records complaints and checks accessibility."""

import glob
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from tests.support.paths import REPOSITORY
from tests.support.patience import WAIT_S
from tests.support.stack.site import PASSWORD

Theme = Literal["light", "dark"]
AXE = REPOSITORY / "web" / "node_modules" / "axe-core" / "axe.min.js"
THEMES: tuple[Theme, ...] = ("light", "dark")
# Targets of 24 pixels are of WCAG 2.2, which axe checks only if enabled.
AXE_RUN = """() => axe.run(
    document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"""
STILL = """() => document.getAnimations().every(
    (one) => one.playState !== 'running' || one.effect?.getComputedTiming().iterations === Infinity)"""
PICTURES = os.environ.get("KEEP_PICTURES")
PATIENCE_MS = WAIT_S * 1000
expect.set_options(timeout=PATIENCE_MS)
WIDTHS = {"phone": (360, 800), "tablet": (768, 1024), "desktop": (1440, 900)}


@dataclass
class Visitor:
    """One browser profile with its page and recorded complaints."""

    context: BrowserContext
    page: Page
    address: str
    theme: Theme = "light"
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def listen(self) -> None:
        def on_console(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                self.complaints.append(f"console {message.type}: {message.text}")

        self.page.on("console", on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("request", lambda request: self._check_host(request.url))

    def _check_host(self, url: str) -> None:
        if not url.startswith((self.address, "blob:", "data:")):
            self.complaints.append(f"request to another host: {url}")

    def axe_violations(self) -> list[str]:
        """Run axe on the page in both themes; return one line per violation, minor ones included.

        Wait first for what only the finished state shows: axe sees what is there now. With a folder in
        KEEP_PICTURES the state is also kept there, at every width and in both themes, to be looked at; flows
        that hang on the width, as a drawer does, fail then.
        """
        if PICTURES:
            self._keep_pictures(Path(PICTURES))
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found = []
        for theme in THEMES:
            self.page.emulate_media(color_scheme=theme)
            # A colour on its way between the themes is in neither of them.
            self.page.wait_for_function(STILL)
            answer = self.page.evaluate(AXE_RUN)
            found += [f"{theme}: {_describe(violation)}" for violation in answer["violations"]]
        self.page.emulate_media(color_scheme=self.theme)
        return found

    def _keep_pictures(self, folder: Path) -> None:
        test = os.environ["PYTEST_CURRENT_TEST"].rpartition("/")[2].partition(" ")[0].replace("::", "-")
        state = f"{test}-{len(list(folder.glob(f'{glob.escape(test)}-*'))) // (len(WIDTHS) * len(THEMES)):02}"
        before = self.page.viewport_size
        for width, (across, down) in WIDTHS.items():
            self.page.set_viewport_size({"width": across, "height": down})
            for theme in THEMES:
                self.page.emulate_media(color_scheme=theme)
                self.page.wait_for_timeout(400)
                self.screenshot(folder / f"{state}-{width}-{theme}.jpg")
        if before:
            self.page.set_viewport_size(before)

    def screenshot(self, path: Path) -> None:
        self.page.screenshot(path=path, type="jpeg", quality=85)


def _describe(violation: dict[str, Any]) -> str:
    nodes = ", ".join(node["html"][:160] for node in violation["nodes"][:3])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {nodes}"


@contextmanager
def visiting(
    browser: Browser, address: str, width: str = "desktop", theme: Theme = "light"
) -> Iterator[Visitor]:
    """Open a fresh profile at a screen size and theme."""
    across, down = WIDTHS[width]
    touch = width == "phone"
    context = browser.new_context(
        viewport={"width": across, "height": down},
        color_scheme=theme,
        reduced_motion="reduce",
        is_mobile=touch,
        has_touch=touch,
    )
    context.set_default_timeout(PATIENCE_MS)
    visitor = Visitor(context, context.new_page(), address, theme)
    visitor.listen()
    try:
        yield visitor
    finally:
        context.close()


def sign_in(visitor: Visitor, username: str, password: str = PASSWORD) -> Page:
    """Sign in by the form, wait for the feed and return the page."""
    page = visitor.page
    visitor.go("/signin")
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/$"))
    return page

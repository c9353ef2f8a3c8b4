"""The share page lays photos out with the constants of the web app's grid."""

import re

import pytest
from tests.support.paths import REPOSITORY

from gateway.pages.renditions import SIDES
from gateway.pages.share_page import NARROWEST, ROWS, STRETCHED, WIDEST

WEB = REPOSITORY / "web" / "src"


@pytest.mark.parametrize(
    ("source", "pattern", "expected"),
    [
        ("shared/grid/layout/layout.ts", r"rowHeight: (\d+)", sorted(ROWS)),
        ("shared/grid/layout/layout.ts", r"widest = ([\d.]+);", [WIDEST]),
        ("features/share/ui/shared-photos.tsx", r"rowHeights = \[(\d+), (\d+), (\d+)\]", list(ROWS)),
        ("features/share/ui/shared-photos.tsx", r"stretched = ([\d.]+);", [STRETCHED]),
        ("features/share/model.ts", r", (0[\d.]+)\), ([\d.]+)\)", [NARROWEST, WIDEST]),
        ("shared/grid/images/renditions.ts", r"(?:thumb|medium|preview): (\d+)", list(SIDES.values())),
    ],
)
def test_constant_matches_the_web_app(source: str, pattern: str, expected: list[float]) -> None:
    found = re.findall(pattern, (WEB / source).read_text(encoding="utf-8"))
    flat = [value for match in found for value in (match if isinstance(match, tuple) else (match,))]
    assert [float(value) for value in flat] == expected

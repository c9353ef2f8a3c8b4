"""The bytes that a Range header selects."""

import pytest

from photos.library.etags import names_etag
from photos.library.routes.files import _disposition, _parse_range
from vignette_shared.errors import RangeNotSatisfiable


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-9", (0, 10)),
        ("bytes=90-", (90, 100)),
        ("bytes=90-500", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-500", (0, 100)),
        (None, None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-3", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
    ],
)
def test_only_single_ranges_are_honoured(header: str | None, part: tuple[int, int] | None) -> None:
    assert _parse_range(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=9999999999999999999-"])
def test_range_beyond_the_file_is_not_satisfiable(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        _parse_range(header, 100)


@pytest.mark.parametrize(
    ("header", "matches"), [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False)]
)
def test_etags_are_compared_weakly(header: str, matches: bool) -> None:
    assert names_etag(header, '"a"') is matches


def test_file_name_cannot_break_out_of_its_header() -> None:
    value = _disposition("inline", 'über"; x="\r\n.jpg')
    assert value.isascii()
    assert "\r" not in value
    assert value.startswith('inline; filename="_ber_; x=___.jpg"; ')

"""Each label has one normalised form."""

import pytest

from photos.tags.labels import normalise_label, parse_labels
from vignette_shared.errors import BadLabel


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        ("  Sky ", "sky"),
        ("ＬＡＫＥ", "lake"),
        ("plant_life", "plant_life"),
        ("self-portrait 2", "self-portrait 2"),
        ("Zürich", "zürich"),
        ("हिन्दी", "हिन्दी"),
        ("x" * 64, "x" * 64),
    ],
)
def test_labels_are_normalised(raw: str, label: str) -> None:
    assert normalise_label(raw) == label
    assert normalise_label(label) == label


@pytest.mark.parametrize(
    "raw", ["", "   ", "x" * 65, "a,b", "<b>", "a/b", "🌅", "a\nb", "\u0301", "½", "a\0"]
)
def test_invalid_labels_are_rejected(raw: str) -> None:
    with pytest.raises(BadLabel):
        normalise_label(raw)


def test_comma_list_drops_empty_and_repeated_labels() -> None:
    assert parse_labels("Sky, lake,, SKY ,") == ("sky", "lake")


def test_too_many_labels_are_rejected() -> None:
    with pytest.raises(BadLabel, match="50"):
        parse_labels(",".join(f"label {number}" for number in range(51)))

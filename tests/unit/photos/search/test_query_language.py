"""The query language: its meaning and its error messages."""

import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.photos.searches import TERMS

from photos.search.query_language import parse_query, write_query
from photos.search.terms import After, And, Before, By, Camera, Is, Not, Or, Score, Tagged, Term, Text
from vignette_shared.errors import BadQuery


def word(text: str) -> Text:
    return Text(text, text.lower(), (text.lower(),))


A, B, C, D = (word(letter) for letter in "abcd")


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("", None),
        ("  \t ", None),
        ("Lake", word("Lake")),
        ("a b c", And((A, B, C))),
        ("a OR b c OR d", Or((A, And((B, C)), D))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a AND b OR c", Or((And((A, B)), C))),
        ("((a)) (b c)", And((A, B, C))),
        ("-a", Not(A)),
        ("NOT a", Not(A)),
        ("--a", Not(Not(A))),
        ("-(a OR b) c", And((Not(Or((A, B))), C))),
        ("a -b OR c", Or((And((A, Not(B))), C))),
        ("or not and", And((word("or"), word("not"), word("and")))),
        ("ORE NOTE", And((word("ORE"), word("NOTE")))),
        ("a\u3000b", And((A, B))),
        ('"red car"', Text("red car", "red car", ("red", "car"))),
        ('a"b"c', And((A, B, C))),
        ("red-car", Text("red-car", "red-car", ("red", "car"))),
        ("don't", Text("don't", None, ("don", "t"))),
        ("12:30", Text("12:30", None, ("12", "30"))),
        ("Straße", Text("Straße", "straße", ("strasse",))),
        ("ＬＡＫＥ", Text("ＬＡＫＥ", "lake", ("lake",))),
        ("हिन्दी", Text("हिन्दी", "हिन्दी", ("हिन्दी",))),
        ("tag:Lake", Tagged("lake")),
        ('TAG:"red car"', Tagged("red car")),
        ("-tag:plant_life", Not(Tagged("plant_life"))),
        ("tag:a-b", Tagged("a-b")),
        ("user:Anna", By("anna")),
        ('camera:"Canon EOS"', Camera("Canon EOS", ("camera:canon", "camera:eos"))),
        ("before:2024-05-01", Before(datetime(2024, 5, 1, tzinfo=UTC))),
        ("after:2024-05-01T02:00:00+02:00", After(datetime(2024, 5, 1, tzinfo=UTC))),
        ("after:2024-05-01t00:00:00.5z", After(datetime(2024, 5, 1, 0, 0, 0, 500_000, tzinfo=UTC))),
        ("score:>0.8", Score(">", 0.8)),
        ("score:>=.25", Score(">=", 0.25)),
        ("score:=1", Score("=", 1)),
        ("is:Private", Is("private")),
    ],
)
def test_query_parses_to_terms(query: str, meaning: Term | None) -> None:
    assert parse_query(query) == meaning


@pytest.mark.parametrize(
    ("query", "position", "expected"),
    [
        ("OR", 0, "a word"),
        ("OR a", 0, "a word"),
        ("a OR", 4, "a word"),
        ("a OR OR b", 5, "a word"),
        ("a AND", 5, "a word"),
        ("a NOT", 5, "a word"),
        ("(", 1, "a word"),
        ("()", 1, "a word"),
        ("a (b", 4, "a closing )"),
        ("a)", 1, "a word"),
        (")", 0, "a word"),
        ("-", 0, "right after -"),
        ("a -", 2, "right after -"),
        ("a - b", 2, "right after -"),
        ("-)", 1, "a word"),
        ('"', 0, 'a closing "'),
        ('a "b', 2, 'a closing "'),
        ('tag:"a', 4, 'a closing "'),
        ('""', 0, "a letter"),
        ("!?", 0, "a letter"),
        ("a 🎉", 2, "a letter"),
        ("tag:", 4, "a tag"),
        ('tag:""', 5, "a tag"),
        ("tag: lake", 4, "a tag"),
        ("tag:<b>", 4, "a tag"),
        ("tag:" + "x" * 65, 4, "a tag"),
        ("user:", 5, "a username"),
        ("camera:!!", 7, "a word of make"),
        ("score:0.8", 6, "> >= <"),
        ("score:>2", 6, "from 0 to 1"),
        ("score:>nan", 6, "from 0 to 1"),
        ("score:>٠.٥", 6, "from 0 to 1"),
        ("is:", 3, "private"),
        ("is:secret", 3, "private"),
        ("before:2024", 7, "2024-05-01"),
        ("before:2024-02-30", 7, "2024-05-01"),
        ("before:2024-W18", 7, "2024-05-01"),
        ("before:2024-05-01T10:00:00", 7, "2024-05-01"),
        ("before:0001-01-01T00:00:00+14:00", 7, "2024-05-01"),
        ("after:yesterday", 6, "2024-05-01"),
        ("a lens:50mm", 2, "camera:"),
        ("a\0b", 1, "letters"),
        ("\ud800", 0, "letters"),
        ("x" * 501, 500, "500 characters"),
        ("a " * 51, 100, "50 terms"),
        ("(" * 21 + "a" + ")" * 21, 20, "20 levels"),
        ("-" * 21 + "a", 20, "20 levels"),
        ("-(" * 11 + "a" + ")" * 11, 20, "20 levels"),
    ],
)
def test_bad_query_names_position_and_expected(query: str, position: int, expected: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse_query(query)
    assert caught.value.extra["position"] == position
    assert expected in caught.value.extra["expected"]
    assert caught.value.extra["expected"] in caught.value.detail


def test_query_at_the_limits_parses() -> None:
    assert parse_query("x" * 500) == Text("x" * 500, None, ("x" * 64,))
    assert parse_query("(" * 20 + "a" + ")" * 20) == A
    assert isinstance(parse_query("a " * 50), And)


@given(TERMS)
def test_formatted_query_parses_to_the_same_terms(term: Term) -> None:
    written = write_query(term)
    if len(written) <= 500:
        assert parse_query(written) == term


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                [
                    "(",
                    ")",
                    '"',
                    "-",
                    " ",
                    "OR",
                    "NOT",
                    "AND",
                    "tag:",
                    "score:>",
                    "is:",
                    "before:",
                    "a",
                    "é",
                    "\n",
                ]
            ),
            max_size=40,
        ).map("".join),
        st.text(string.printable, max_size=60),
    )
)
def test_any_text_parses_or_fails_with_a_position(query: str) -> None:
    position = refused_at(query)
    assert position is None or 0 <= position <= len(query)


def refused_at(query: str) -> int | None:
    try:
        parse_query(query)
    except BadQuery as error:
        return int(error.extra["position"])
    return None

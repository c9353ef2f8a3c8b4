"""The query language of the search box: parses `q` into terms, and formats terms as `q`."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any, cast

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedToken
from lark.lark import PostLex

from photos.search.terms import (
    KINDS,
    After,
    And,
    Before,
    By,
    Camera,
    Comparison,
    Is,
    Not,
    Or,
    Score,
    Tagged,
    Term,
    Text,
    both,
    either,
)
from photos.search.words import camera_words, fold
from photos.tags.labels import normalise_label
from vignette_shared.errors import BadLabel, BadQuery

MAX_LENGTH = 500
"""Characters."""
MAX_TERMS = 50
MAX_DEPTH = 20
"""Nesting of parentheses and negations."""

_A_TERM = 'a word, a "quoted phrase", a filter such as tag:lake, or a parenthesis'
_A_MOMENT = "a date such as 2024-05-01, or a time such as 2024-05-01T18:30:00Z"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[Zz]|[+-]\d\d:\d\d))?", re.ASCII)
_SCORE = re.compile(r"(>=|<=|>|<|=)(0(?:\.\d{1,6})?|\.\d{1,6}|1(?:\.0{1,6})?)", re.ASCII)


def parse_query(query: str) -> Term | None:
    """Parse a query; return None for an empty one.

    Raises:
        BadQuery: with `position`, in characters from 0, and `expected`, in words.
    """
    _refuse_unreadable(query)
    if not query.strip():
        return None
    try:
        return _build(_grammar().parse(query))
    except UnexpectedToken as error:
        end = error.token.type == "$END"
        raise _unexpected(
            query, len(query) if end else error.token.start_pos or 0, error.accepts or set()
        ) from error
    except UnexpectedCharacters as error:
        raise _unexpected(query, error.pos_in_stream or 0, set()) from error


def write_query(term: Term) -> str:
    """Format terms so that `parse_query` returns the same ones; every text is quoted."""
    if isinstance(term, And):
        return " ".join(_grouped(part, Or) for part in term.terms)
    if isinstance(term, Or):
        return " OR ".join(write_query(part) for part in term.terms)
    if isinstance(term, Not):
        return f"-{_grouped(term.term, And, Or)}"
    return _write_one(term)


def _grouped(term: Term, *loose: type[Term]) -> str:
    return f"({write_query(term)})" if isinstance(term, loose) else write_query(term)


def _write_one(term: Term) -> str:  # noqa: PLR0911 - one a kind
    match term:
        case Text(text):
            return f'"{text}"'
        case Tagged(label):
            return f'tag:"{label}"'
        case By(name):
            return f'user:"{name}"'
        case Camera(text):
            return f'camera:"{text}"'
        case Before(moment):
            return f'before:"{moment.isoformat()}"'
        case After(moment):
            return f'after:"{moment.isoformat()}"'
        case Score(comparison, value):
            return f"score:{comparison}{value:.6f}"
        case Is(kind):
            return f"is:{kind}"
    raise TypeError(term)


class _Limits(PostLex):
    """Rejects queries with too many or too deeply nested terms while they are tokenised, before parsing."""

    always_accept = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        opened: list[int] = []
        depth, pending, terms = 0, 0, 0
        for token in stream:
            if token.type in ("_MINUS", "_NOT"):
                pending += 1
            elif token.type == "LPAR":
                opened.append(pending + 1)
                depth, pending = depth + pending + 1, 0
            elif token.type == "RPAR":
                depth, pending = depth - (opened.pop() if opened else 0), 0
            elif token.type in ("WORD", "QUOTED", "FIELD"):
                terms, pending = terms + 1, 0
            if depth + pending > MAX_DEPTH:
                raise _bad("The query is nested too deeply.", token.start_pos, f"at most {MAX_DEPTH} levels")
            if terms > MAX_TERMS:
                raise _bad("The query has too many terms.", token.start_pos, f"at most {MAX_TERMS} terms")
            yield token


# Compiling the grammar takes longer than parsing a query, and not every process needs it.
@cache
def _grammar() -> Lark:
    text = resources.files(__package__).joinpath("query.lark").read_text(encoding="utf-8")
    # LALR with a contextual lexer: linear time, whatever the query.
    return Lark(text, parser="lalr", lexer="contextual", postlex=_Limits())


def _build(tree: "Tree[Token]") -> Term:
    # Recursion is safe here: `_Limits` has bounded the nesting.
    if tree.data in ("either", "all"):
        parts = [_build(cast("Tree[Token]", child)) for child in tree.children]
        return either(*parts) if tree.data == "either" else _all(parts)
    if tree.data == "negation":
        return Not(_build(cast("Tree[Token]", tree.children[0])))
    token = cast("Token", tree.children[0])
    position = token.start_pos or 0
    if tree.data == "word":
        return _text(str(token), position)
    if tree.data == "quoted":
        return _text(token[1:-1], position)
    name, _, value = token.partition(":")
    read = _FIELDS.get(name.lower())
    if read is None:
        fields = ", ".join(f"{field}:" for field in _FIELDS)
        raise _bad(f"There is no filter {name}: (quote it to search for the text).", position, fields)
    at = position + len(name) + 1
    if value.startswith('"'):
        value, at = value[1:-1], at + 1
    return read(value.strip(), at)


def _all(parts: list[Term]) -> Term:
    joined = both(*parts)
    assert joined is not None
    return joined


def _text(text: str, position: int) -> Term:
    words = tuple(fold(text))
    label = _label(text)
    if label is None and not words:
        raise _bad("The term has no letter or digit.", position, "a letter or a digit")
    return Text(text.strip(), label, words)


def _label(text: str) -> str | None:
    try:
        return normalise_label(text)
    except BadLabel:
        return None


def _tagged(value: str, at: int) -> Term:
    try:
        return Tagged(normalise_label(value))
    except BadLabel as error:
        raise _bad(error.detail, at, "a tag right after tag:, in quotes if it has spaces") from error


def _by(value: str, at: int) -> Term:
    if not value:
        raise _bad("user: needs a username.", at, "a username right after user:")
    return By(value.lower())


def _camera(value: str, at: int) -> Term:
    words = tuple(sorted(camera_words([value])))
    if not words:
        raise _bad("camera: needs a word.", at, "a word of make, model or lens right after camera:")
    return Camera(value, words)


def _before(value: str, at: int) -> Term:
    return Before(_moment(value, at))


def _after(value: str, at: int) -> Term:
    return After(_moment(value, at))


def _moment(value: str, at: int) -> datetime:
    # `fromisoformat` accepts more than the API documents, such as 2024-W18.
    written = value.upper() if _MOMENT.fullmatch(value) else ""
    try:
        moment = datetime.fromisoformat(written)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _bad(f"{value!r} is not a date or time.", at, _A_MOMENT) from error


def _score(value: str, at: int) -> Term:
    match = _SCORE.fullmatch(value)
    if match is None:
        raise _bad(
            f"{value!r} is not a bound.", at, "one of > >= < <= = and a number from 0 to 1, as in score:>0.8"
        )
    return Score(cast("Comparison", match[1]), float(match[2]))


def _is(value: str, at: int) -> Term:
    kind = value.lower()
    if kind not in KINDS:
        raise _bad(f"There is no filter is:{value}.", at, f"one of {', '.join(KINDS)}")
    return Is(kind)


_FIELDS: dict[str, Callable[[str, int], Term]] = {
    "tag": _tagged,
    "user": _by,
    "camera": _camera,
    "before": _before,
    "after": _after,
    "score": _score,
    "is": _is,
}


def _refuse_unreadable(query: str) -> None:
    if len(query) > MAX_LENGTH:
        raise _bad("The query is too long.", MAX_LENGTH, f"at most {MAX_LENGTH} characters")
    for position, character in enumerate(query):
        if character == "\0" or unicodedata.category(character) == "Cs":
            raise _bad("The query has an invalid character.", position, "letters, digits and punctuation")


def _unexpected(query: str, position: int, accepts: set[str]) -> BadQuery:
    """Return the error for an unexpected token; `accepts` are the grammar's names of the accepted ones."""
    rest = query[position:]
    if rest.startswith('"'):
        return _bad("A quote is not closed.", position, 'a closing "')
    if rest.startswith("-"):
        return _bad("A - excludes nothing.", position, "a word right after -")
    if not rest and "RPAR" in accepts:
        return _bad("A parenthesis is not closed.", position, "a closing )")
    if rest.startswith(")") and "$END" in accepts:
        return _bad("A ) closes nothing.", position, _A_TERM)
    if not rest.strip():
        return _bad("It ends too early.", position, _A_TERM)
    return _bad(f"Nothing can be made of {rest.split(maxsplit=1)[0][:20]!r} here.", position, _A_TERM)


def _bad(what: str, position: int | None, expected: str) -> BadQuery:
    extra: dict[str, Any] = {"position": position or 0, "expected": expected}
    return BadQuery(
        f"The search can't be read at character {extra['position']}: {what} Expected: {expected}.", **extra
    )

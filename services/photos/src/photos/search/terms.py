"""The terms of a search: `query_language` parses them, `repository.conditions` makes SQL of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Comparison = Literal[">", ">=", "<", "<=", "="]
Kind = Literal["private", "public", "unlisted", "pending", "tagged", "failed", "liked"]
KINDS: tuple[Kind, ...] = ("private", "public", "unlisted", "pending", "tagged", "failed", "liked")


@dataclass(frozen=True, slots=True)
class Text:
    """A label, or consecutive words of title or description.

    `text` is as written, `label` its normal form as a label (None if it can't be one), `words` are folded.
    """

    text: str
    label: str | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    label: str


@dataclass(frozen=True, slots=True)
class By:
    """Photos of one owner; the name is in lower case."""

    username_key: str


@dataclass(frozen=True, slots=True)
class Camera:
    """All given words in make, model or lens; `words` are in their indexed form."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """Uploaded before an instant (exclusive)."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class After:
    """Uploaded at an instant or later (inclusive)."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Score:
    """A bound on the model's score, in [0, 1], for the labels in the same conjunction."""

    comparison: Comparison
    value: float


@dataclass(frozen=True, slots=True)
class Is:
    """The viewer's own photos with a visibility or status; `liked`: any photo that the viewer likes."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Not:
    term: "Term"


@dataclass(frozen=True, slots=True)
class And:
    """Two or more terms, none of them an `And`."""

    terms: "tuple[Term, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more terms, none of them an `Or`."""

    terms: "tuple[Term, ...]"


Term: TypeAlias = Text | Tagged | By | Camera | Before | After | Score | Is | Not | And | Or


def both(*terms: Term | None) -> Term | None:
    """Join terms by AND, ignoring None."""
    flat = tuple(part for term in terms if term is not None for part in conjuncts(term))
    if len(flat) > 1:
        return And(flat)
    return flat[0] if flat else None


def either(*terms: Term) -> Term:
    """Join terms by OR."""
    flat = tuple(part for term in terms for part in (term.terms if isinstance(term, Or) else (term,)))
    return Or(flat) if len(flat) > 1 else flat[0]


def conjuncts(term: Term | None) -> tuple[Term, ...]:
    """Return the terms that must all hold."""
    if term is None:
        return ()
    return term.terms if isinstance(term, And) else (term,)


def walk(term: Term | None) -> Iterator[Term]:
    """Yield a term and all its subterms."""
    if term is None:
        return
    yield term
    if isinstance(term, And | Or):
        for part in term.terms:
            yield from walk(part)
    elif isinstance(term, Not):
        yield from walk(term.term)


def named_labels(terms: tuple[Term, ...]) -> frozenset[str]:
    """Return the labels in the terms, without negated ones."""
    labels: set[str] = set()
    for term in terms:
        if isinstance(term, Tagged | Text) and term.label is not None:
            labels.add(term.label)
        elif isinstance(term, And | Or):
            labels |= named_labels(term.terms)
    return frozenset(labels)

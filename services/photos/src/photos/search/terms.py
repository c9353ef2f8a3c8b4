"""What a search can ask of a photo: `service.query_language` reads such terms, `search` makes SQL of them."""

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

    `text` is as it was written, `label` its spelling as a label (None when it can't be one), `words` folded.
    """

    text: str
    label: str | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    label: str


@dataclass(frozen=True, slots=True)
class By:
    """Photos of one person; the name in lower case."""

    username_key: str


@dataclass(frozen=True, slots=True)
class Camera:
    """Words of make, model or lens, all of them; `words` as they stand in the index."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """Made before that instant, which is excluded."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class After:
    """Made at that instant or later."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Score:
    """A bound on the model's score, in [0, 1], for the labels beside it."""

    comparison: Comparison
    value: float


@dataclass(frozen=True, slots=True)
class Is:
    """One's own photos of a visibility or status; `liked`: any that one likes."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Not:
    term: "Term"


@dataclass(frozen=True, slots=True)
class And:
    """Two terms or more, none of them an `And`."""

    terms: "tuple[Term, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Two terms or more, none of them an `Or`."""

    terms: "tuple[Term, ...]"


Term: TypeAlias = Text | Tagged | By | Camera | Before | After | Score | Is | Not | And | Or


def both(*terms: Term | None) -> Term | None:
    """Join terms by AND; those that are None ask for nothing."""
    flat = tuple(part for term in terms if term is not None for part in conjuncts(term))
    if len(flat) > 1:
        return And(flat)
    return flat[0] if flat else None


def either(*terms: Term) -> Term:
    """Join terms by OR."""
    flat = tuple(part for term in terms for part in (term.terms if isinstance(term, Or) else (term,)))
    return Or(flat) if len(flat) > 1 else flat[0]


def conjuncts(term: Term | None) -> tuple[Term, ...]:
    """Return what must all hold."""
    if term is None:
        return ()
    return term.terms if isinstance(term, And) else (term,)


def walk(term: Term | None) -> Iterator[Term]:
    """Yield a term and all within it."""
    if term is None:
        return
    yield term
    if isinstance(term, And | Or):
        for part in term.terms:
            yield from walk(part)
    elif isinstance(term, Not):
        yield from walk(term.term)


def named_labels(terms: tuple[Term, ...]) -> frozenset[str]:
    """Return the labels that the terms name, those that they exclude left out."""
    found: set[str] = set()
    for term in terms:
        if isinstance(term, Tagged | Text) and term.label is not None:
            found.add(term.label)
        elif isinstance(term, And | Or):
            found |= named_labels(term.terms)
    return frozenset(found)

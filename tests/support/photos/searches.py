"""Random searches and a reference evaluator: slow, obvious, independent of any database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from photos.search.terms import (
    KINDS,
    After,
    And,
    Before,
    By,
    Camera,
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
from vignette_shared.errors import BadLabel

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = ("sky", "lake", "Boat", "red", "car", "STRASSE", "straße", "100%", "a_b", "a%b", "see", "日本")
LABELS = ("sky", "lake", "boat", "red car", "straße", "a_b", "baby")
NAMES = ("anna", "bert", "nobody")
CAMERAS = ("Canon EOS 90D", "Nikon Z", "canon", "eos nikon")
SCORES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Label:
    """A label on a photo; `shown` as the database derives it."""

    score: float | None
    source: str = "model"
    shown: bool = True
    private: bool = False


@dataclass(frozen=True)
class Known:
    """A photo as the reference evaluator sees it."""

    number: int
    owner: str
    title: str
    description: str
    visibility: str
    status: str
    created_at: datetime
    camera: str | None
    labels: dict[str, Label] = field(default_factory=dict)
    liked_by: frozenset[str] = frozenset()


def _text(text: str) -> Text:
    try:
        label: str | None = normalise_label(text)
    except BadLabel:
        label = None
    return Text(text, label, tuple(fold(text)))


_PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
_MOMENTS = st.integers(-2, 14).map(lambda number: FIRST + timedelta(seconds=number))
_ONE: st.SearchStrategy[Term] = st.one_of(
    _PHRASES.map(_text),
    st.sampled_from(LABELS).map(Tagged),
    st.sampled_from(NAMES).map(By),
    st.sampled_from(CAMERAS).map(lambda text: Camera(text, tuple(sorted(camera_words([text]))))),
    _MOMENTS.map(Before),
    _MOMENTS.map(After),
    st.builds(Score, st.sampled_from([">", ">=", "<", "<=", "="]), st.sampled_from(SCORES)),
    st.sampled_from(KINDS).map(Is),
)


def _joined(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    several = st.lists(inner, min_size=2, max_size=4)
    return st.one_of(
        several.map(lambda terms: both(*terms) or terms[0]),
        several.map(lambda terms: either(*terms)),
        inner.map(Not),
    )


TERMS: st.SearchStrategy[Term] = st.recursive(_ONE, _joined, max_leaves=8)


def found(library: list[Known], term: Term, viewer: str | None) -> list[int]:
    """Return the numbers of the matching photos, newest first."""
    return [
        photo.number
        for photo in sorted(library, key=lambda photo: photo.created_at, reverse=True)
        if _listed(photo, term, viewer) and _holds(photo, term, viewer, ())
    ]


def _listed(photo: Known, term: Term, viewer: str | None) -> bool:
    public = photo.visibility == "public" and photo.status == "tagged"
    return public or (photo.owner == viewer and _by_own_name(photo, term, viewer))


def _by_own_name(photo: Known, term: Term, viewer: str | None) -> bool:
    """Whether the photo matches by a term about the viewer's own photos."""
    match term:
        case By(name):
            return name == viewer
        case Is(kind):
            return kind != "liked"
        case And(terms):
            return any(_by_own_name(photo, part, viewer) for part in terms)
        case Or(terms):
            return any(
                _holds(photo, part, viewer, ()) and _by_own_name(photo, part, viewer) for part in terms
            )
    return False


def _holds(  # noqa: PLR0911 - one a kind
    photo: Known, term: Term, viewer: str | None, bounds: tuple[Score, ...]
) -> bool:
    match term:
        case And(terms):
            inner = bounds + tuple(part for part in terms if isinstance(part, Score))
            rest = [part for part in terms if not isinstance(part, Score)]
            if inner != bounds and not _any_within(photo, _named(rest), viewer, inner):
                return False
            return all(_holds(photo, part, viewer, inner) for part in rest)
        case Or(terms):
            return any(_holds(photo, part, viewer, bounds) for part in terms)
        case Not(inner_term):
            return not _holds(photo, inner_term, viewer, ())
        case Score():
            return _any_within(photo, set(), viewer, (*bounds, term))
        case Tagged(label):
            return _any_within(photo, {label}, viewer, bounds)
        case Text(_, label, words):
            tagged = label is not None and _any_within(photo, {label}, viewer, bounds)
            return tagged or _says(photo.title, words) or _says(photo.description, words)
    return _is_so(photo, term, viewer)


def _is_so(photo: Known, term: Term, viewer: str | None) -> bool:
    match term:
        case By(name):
            return photo.owner == name
        case Camera(_, words):
            return photo.camera is not None and set(words) <= camera_words([photo.camera])
        case Before(moment):
            return photo.created_at < moment
        case After(moment):
            return photo.created_at >= moment
        case Is("liked"):
            return viewer in photo.liked_by
        case Is(kind):
            return photo.owner == viewer and kind in (photo.visibility, photo.status)
    raise TypeError(term)


def _any_within(photo: Known, labels: set[str], viewer: str | None, bounds: tuple[Score, ...]) -> bool:
    return any(
        label.shown
        and (not label.private or photo.owner == viewer)
        and (not bounds or (label.source == "model" and all(_within(label.score, bound) for bound in bounds)))
        for name, label in photo.labels.items()
        if not labels or name in labels
    )


def _within(score: float | None, bound: Score) -> bool:
    if score is None:
        return False
    return {
        ">": score > bound.value,
        ">=": score >= bound.value,
        "<": score < bound.value,
        "<=": score <= bound.value,
        "=": abs(score - bound.value) <= 0.00005,
    }[bound.comparison]


def _named(terms: Sequence[Term]) -> set[str]:
    found: set[str] = set()
    for term in terms:
        match term:
            case Tagged(label):
                found.add(label)
            case Text(_, label, _) if label is not None:
                found.add(label)
            case And(inner) | Or(inner):
                found |= _named(inner)
    return found


def _says(text: str, words: tuple[str, ...]) -> bool:
    there = fold(text)
    return bool(words) and any(
        tuple(there[start : start + len(words)]) == words for start in range(len(there) - len(words) + 1)
    )

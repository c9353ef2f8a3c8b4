"""Both databases find the same photos as a plain evaluation of the query."""

import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.photos.searches import CAMERAS, FIRST, LABELS, TERMS, WORDS, Known, Label, found
from tests.support.photos.service import PhotosService

from photos.kernel.cursors import Position
from photos.kernel.unit_of_work import Database
from photos.models import LikeRow, PhotoRow, PhotoTagRow
from photos.search.query_language import parse_query
from photos.search.repository import photo_lists as feed
from photos.search.repository import sources
from photos.search.repository.photo_lists import FeedQuery
from photos.search.terms import Term
from photos.search.words import index_words
from vignette_shared.contracts.identity import Identity
from vignette_shared.ids import new_id

pytestmark = pytest.mark.integration

PHOTOS = 60
SETTINGS = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)


@pytest.fixture
def people(either: PhotosService) -> dict[str, Identity]:
    return {name: either.join(name) for name in ("anna", "bert")}


@pytest.fixture
def library(either: PhotosService, people: dict[str, Identity]) -> list[Known]:
    chance = random.Random(7)  # noqa: S311 - the same library every time
    library = [known(number, chance) for number in range(PHOTOS)]
    for photo in library:
        store(either, photo, {name: str(who.user_id) for name, who in people.items()})
    return library


def known(number: int, chance: random.Random) -> Known:
    labels = {
        label: Label(
            score=None
            if (own := chance.random() < 0.2)
            else chance.choice((0.2, 0.25, 0.5, 0.6, 0.75, 0.9, 1.0)),
            source="user" if own else "model",
            shown=own or chance.random() < 0.8,
            private=label == "baby" and not own,
        )
        for label in LABELS
        if chance.random() < 0.4
    }
    return Known(
        number=number,
        owner=chance.choice(("anna", "bert")),
        title=" ".join(chance.choices(WORDS, k=chance.randrange(4))),
        description=" ".join(chance.choices(WORDS, k=chance.randrange(4))),
        visibility=chance.choice(("public", "public", "public", "unlisted", "private")),
        status=chance.choice(("tagged", "tagged", "tagged", "pending", "failed")),
        created_at=FIRST + timedelta(seconds=number // 5, microseconds=number % 5),
        camera=chance.choice((None, *CAMERAS)),
        labels=labels,
        liked_by=frozenset(name for name in ("anna", "bert") if chance.random() < 0.3),
    )


def store(service: PhotosService, photo: Known, ids: dict[str, str]) -> None:
    with service.services.database.write() as uow:
        row = PhotoRow(
            id=new_id(photo.created_at), owner_id=ids[photo.owner], sha256=f"{photo.number:064x}",
            media_type="image/jpeg", bytes=1, file_name=str(photo.number), title=photo.title,
            description=photo.description, visibility=photo.visibility, status=photo.status, width=1,
            height=1, created_at=photo.created_at, renditions={}, attempts=0, like_count=len(photo.liked_by),
            camera={"make": photo.camera, "iso": 100} if photo.camera else None,
        )  # fmt: skip
        uow.photos.add(row)
        index_words(uow, row)
        session = uow.photos._session
        session.add_all(
            PhotoTagRow(
                photo_id=row.id, label=name, score=label.score, source=label.source,
                state="accepted" if label.source == "user" else "suggested", model_version=None,
                over_threshold=label.shown, sensitive=label.private,
            )
            for name, label in photo.labels.items()
        )  # fmt: skip
        session.add_all(
            LikeRow(photo_id=row.id, user_id=ids[name], created_at=photo.created_at)
            for name in photo.liked_by
        )


def listed(database: Database, query: FeedQuery) -> list[int]:
    with database.read() as db:
        return [int(photo.file_name) for photo in db.feed.page(query)]


def test_search_equals_a_plain_evaluation(
    either: PhotosService, library: list[Known], people: dict[str, Identity], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small pieces, so that a search takes several.
    monkeypatch.setattr(feed, "FIRST_PIECE", 3)
    monkeypatch.setattr(sources, "GROWTH", 2)

    @SETTINGS
    @given(TERMS, st.sampled_from([None, "anna", "bert"]))
    def check(term: Term, viewer: str | None) -> None:
        viewer_id = people[viewer].user_id if viewer else None
        expected = found(library, term, viewer)
        query = FeedQuery(viewer_id=viewer_id, search=term, limit=200)
        assert listed(either.services.database, query) == expected
        liked = sorted(expected, key=lambda number: (-len(library[number].liked_by), -number))
        query = FeedQuery(viewer_id=viewer_id, search=term, limit=200, sort="liked")
        assert listed(either.services.database, query) == liked

    check()


def test_search_pages_cover_the_whole_result(
    either: PhotosService, library: list[Known], people: dict[str, Identity], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "FIRST_PIECE", 2)
    for words in (
        "sky",
        "sky OR lake",
        "-boat",
        "user:anna",
        "sky user:bert",
        "is:private",
        "after:2026-03-01 sky",
    ):
        term = parse_query(words)
        assert term is not None
        whole = found(library, term, "anna")
        paged, after = [], None
        while True:
            query = FeedQuery(viewer_id=people["anna"].user_id, search=term, limit=3, after=after)
            with either.services.database.read() as db:
                rows = list(db.feed.page(query))
            paged += [int(row.file_name) for row in rows[:3]]
            if len(rows) <= 3:
                break
            after = Position(rows[2].created_at, rows[2].id)
        assert paged == whole, words


def test_label_counts_cover_the_search_result(
    either: PhotosService, library: list[Known], people: dict[str, Identity]
) -> None:
    for words in (
        "",
        "sky",
        "lake OR boat",
        "-sky",
        "user:anna",
        "user:bert",
        "straße",
        "is:private",
        "nothing",
    ):
        term = parse_query(words)
        numbers = (
            found(library, term, "anna")
            if term is not None
            else [p.number for p in library if p.visibility == "public" and p.status == "tagged"]
        )
        expected: dict[str, int] = {}
        for number in numbers:
            photo = library[number]
            for name, label in photo.labels.items():
                if label.shown and (not label.private or photo.owner == "anna"):
                    expected[name] = expected.get(name, 0) + 1
        with either.services.database.read() as db:
            query = FeedQuery(viewer_id=people["anna"].user_id, search=term)
            counted = [(label.label, label.count) for label in db.labels.counts(query, None, 100)]
            straight = db.labels.counts(query, None, 100, "s")
        assert dict(counted) == expected, words
        assert [count for _, count in counted] == sorted(expected.values(), reverse=True)
        assert {label.label for label in straight} == {name for name in expected if name.startswith("s")}


def test_largest_query_works(either: PhotosService, library: list[Known]) -> None:
    for words in (
        " ".join(["sky"] * 50),
        " OR ".join(f'"red car" -l{number}' for number in range(20)),
        "(" * 20 + "sky" + ")" * 20,
        "-(" * 10 + "sky" + ")" * 10,
        " ".join(f"-word{number}" for number in range(50)),
        " ".join(["score:>0"] * 50),
    ):
        term = parse_query(words)
        assert term is not None
        assert listed(either.services.database, FeedQuery(search=term, limit=200)) == found(
            library, term, None
        )

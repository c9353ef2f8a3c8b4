"""100,000 photos: each list uses its index and reads no more than its page."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event
from tests.support.photos.fakes import Events, Outbox
from tests.support.photos.large_library import APART, START, make_library, owner_id
from tests.support.postgres import PostgresServer

from photos import migrations
from photos.kernel.cursors import Position
from photos.kernel.database import open_engine
from photos.kernel.unit_of_work import Database
from photos.search.query_language import parse_query
from photos.search.repository.photo_lists import FeedQuery
from vignette_shared.ids import new_id
from vignette_shared.settings import DatabaseSettings

pytestmark = pytest.mark.integration

PHOTOS = 100_000
EVERY_TENTH = owner_id(1)
Statements = list[tuple[str, Any]]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """SQLite has no statistics here, which is the worst that can be."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('large') / 'vignette.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.url("vignette_large")
    made = open_engine(DatabaseSettings(url=url))
    migrations.upgrade(made)
    make_library(made, PHOTOS)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def database(engine: Engine) -> Database:
    return Database(engine, Outbox(), Events())


@contextmanager
def recorded(engine: Engine) -> Iterator[Statements]:
    statements: Statements = []

    def record(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", record)
    yield statements
    event.remove(engine, "before_cursor_execute", record)


def plans(engine: Engine, statements: Statements) -> str:
    """Return how the statements are carried out, in the database's own words."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = [
                str(row[-1])
                for statement, parameters in statements
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]
            return "\n".join(rows)
        explained = [
            connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON, COSTS OFF) {statement}", parameters).scalar()
            for statement, parameters in statements
        ]
        return json.dumps(explained)


def scans_photos(plan: str) -> bool:
    scanned = r'"Node Type": "Seq Scan",[^{}]*"Relation Name": "photos"'
    return "SCAN photos" in plan or re.search(scanned, plan) is not None


def page(database: Database, query: FeedQuery) -> list[str]:
    with database.read() as db:
        return [photo.id for photo in db.feed.page(query)]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (FeedQuery(), "ix_photos_feed"),
        (FeedQuery(sort="liked"), "ix_photos_liked"),
        (FeedQuery(username_key="u1"), "ix_photos_(shown|timeline)"),
        (FeedQuery(username_key="u1", viewer_id=EVERY_TENTH), "ix_photos_timeline"),
        (FeedQuery(labels=("sky",)), "ix_photo_tags_label"),
        (FeedQuery(labels=("lighthouse",)), "ix_photo_tags_label"),
        (FeedQuery(search=parse_query("lake sky tree")), "ix_photo_tags_label"),
        (FeedQuery(search=parse_query("holiday")), "photo_words"),
        (FeedQuery(search=parse_query("user:u1 lighthouse")), "ix_photo_tags_label"),
        (FeedQuery(labels=("lighthouse",), sort="liked"), "ix_photo_tags_label"),
        (FeedQuery(search=parse_query("-sky")), "ix_photos_feed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_list_uses_its_index(engine: Engine, database: Database, query: FeedQuery, index: str) -> None:
    with recorded(engine) as statements:
        found = page(database, query)
    assert found
    plan = plans(engine, statements)
    assert re.search(index, plan)
    assert not scans_photos(plan)
    if index.startswith("ix_photos_"):
        assert "TEMP B-TREE FOR ORDER BY" not in plan
        assert '"Node Type": "Sort"' not in plan


def test_label_suggestions_use_the_label_index(engine: Engine, database: Database) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("Postgres sorts labels by the rules of a language, and looks at all of them")
    with recorded(engine) as statements, database.read() as db:
        assert [label.label for label in db.labels.counts(FeedQuery(), None, 10, "lig")] == ["lighthouse"]
    assert "ix_photo_tags_label" in plans(engine, statements)


def test_pages_cover_the_whole_list(database: Database) -> None:
    newest = FeedQuery(search=parse_query("bird"), limit=90)
    for query in (newest, replace(newest, sort="liked")):
        found = through(database, query)
        assert len(found) == len(set(found)) > 900


def through(database: Database, query: FeedQuery) -> list[str]:
    """Return the ids of all pages, one after another."""
    found: list[str] = []
    while True:
        with database.read() as db:
            rows = list(db.feed.page(query))
        shown = rows[: query.limit]
        found += [row.id for row in shown]
        if len(rows) <= query.limit:
            return found
        after = Position(shown[-1].created_at, shown[-1].id)
        query = replace(query, after=after, after_likes=shown[-1].like_count)


def arrive(engine: Engine, first: int) -> None:
    for number in range(first, first + 200, 40):
        make_library(engine, 40, number)


@pytest.mark.parametrize("words", ["", "car", "car OR bird", "user:u1 sky"])
def test_pages_are_stable_while_photos_arrive(engine: Engine, database: Database, words: str) -> None:
    with engine.connect() as connection:
        there = connection.exec_driver_sql("SELECT count(*) FROM photos").scalar_one()
    query = FeedQuery(search=parse_query(words), since=START + APART * (there - 5_000), limit=20)
    before = through(database, query)
    with ThreadPoolExecutor(1) as pool:
        arriving = pool.submit(arrive, engine, there + 1)
        found = through(database, query)
        arriving.result()
    assert len(found) == len(set(found))
    assert [photo for photo in found if photo in set(before)] == before


@pytest.fixture
def steps(engine: Engine) -> Iterator[Callable[[FeedQuery], int]]:
    """Count the steps of SQLite's machine that a page takes: the same on every computer."""
    if engine.dialect.name != "sqlite":
        pytest.skip("Postgres has no such count; its plans are tested above")
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    def watch(connection: sqlite3.Connection, *_: Any) -> None:
        connection.set_progress_handler(count, 100)

    def steps_of(query: FeedQuery) -> int:
        counted[0] = 0
        page(Database(engine, Outbox(), Events()), query)
        return counted[0] * 100

    event.listen(engine, "checkout", watch)
    yield steps_of
    event.remove(engine, "checkout", watch)


def test_page_1000_costs_as_much_as_page_1(steps: Callable[[FeedQuery], int]) -> None:
    deep = START + APART * (PHOTOS - 55_000)
    end = Position(deep, new_id(deep))
    for first, far in (
        (FeedQuery(), FeedQuery(after=end)),
        (FeedQuery(sort="liked"), FeedQuery(sort="liked", after=end, after_likes=20)),
    ):
        assert steps(far) < steps(first) * 1.5 + 1_000


@pytest.mark.parametrize(
    ("words", "most"),
    [
        ("sky", 60_000),  # on three photos of ten
        ("lighthouse", 10_000),  # on five photos
        ("nothing", 1_000),
        ("sky lighthouse people", 10_000),
        ("lake sky tree", 400_000),
        ('"photo 77777"', 10_000),  # a word of all photos, and one of a single photo
        ("user:u2 lighthouse", 30_000),
        ("lighthouse OR canal", 100_000),
        ("-people -sky", 60_000),
        ("--lighthouse", 10_000),
        (" OR ".join(f"x{number}" for number in range(50)), 10_000),
    ],
)
def test_search_cost_follows_the_rarest_term(
    steps: Callable[[FeedQuery], int], words: str, most: int
) -> None:
    """To look at every photo once would take some two million steps."""
    assert steps(FeedQuery(search=parse_query(words))) < most

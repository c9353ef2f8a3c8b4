"""How the time of the feed and of searches grows from a thousand to a million photos.

`python -m bench.database_figures` measures only these and adds them to the results. The photos are generated
in the database, each with eight rows of labels and words; half of the labels are below their thresholds.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from tests.support.photos.fakes import Events, Outbox
from tests.support.photos.large_library import make_library
from tests.support.photos.service import services_over
from tests.support.postgres import PostgresServer, find_postgres

from photos import migrations
from photos.kernel.cursors import Position
from photos.kernel.database import open_engine
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Database
from photos.kernel.visibility import listed
from photos.models import PhotoRow
from photos.search.label_counts import list_labels
from photos.search.photo_lists import list_photos
from photos.search.query_language import parse_query
from photos.search.repository.photo_lists import FeedQuery
from vignette_shared.settings import DatabaseSettings

RESULTS = Path(__file__).parent / "results.json"
FEW, MANY = 1_000, 1_000_000
RUNS, WARM_UP = 15, 3
PAGE, FAR = 50, 1_000
# Common labels, a label among two rarer ones, words beside a label, an exclusion: of three terms each.
SEARCHES = ("people sky structures", "lake sky tree", "holiday summer sky", "water clouds -night")


def measure() -> dict[str, float]:
    """Return the figures by key, each for the slower of the two databases."""
    figures: dict[str, float] = {}
    for name, database_of in engines():
        with database_of("few") as few, database_of("many") as many:
            make_library(few, FEW)
            make_library(many, MANY)
            figures |= growth(name, few, many)
    for key in ("feed_growth", "search_growth"):
        figures[key] = max(value for name, value in figures.items() if name.startswith(f"{key}_"))
    return figures


def growth(name: str, few: Engine, many: Engine) -> dict[str, float]:
    """Return the ratios, and the times behind them in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="vignette-bench-") as folder:
        small, large = (
            services_over(Database(engine, Outbox(), Events()), Path(tempfile.mkdtemp(dir=folder)))
            for engine in (few, many)
        )
        first = FeedQuery(limit=PAGE)
        far = FeedQuery(limit=PAGE, after=end_of_page(many, FAR - 1))
        works: dict[str, Callable[[], object]] = {
            "few": lambda: list_photos(small, first),
            "page_1": lambda: list_photos(large, first),
            f"page_{FAR}": lambda: list_photos(large, far),
            "search_few": lambda: search(small),
            "search": lambda: search(large),
        }
        taken = medians(works)
        # Three runs: counting labels reads every tag, which takes seconds (docs/decisions/0017).
        tags = medians({"tags": lambda: list_labels(large, first, None)}, runs=3)
    return {
        f"feed_growth_{name}": max(taken["page_1"], taken[f"page_{FAR}"]) / taken["few"],
        f"search_growth_{name}": taken["search"] / taken["search_few"],
        f"page_{FAR}_over_page_1_{name}": taken[f"page_{FAR}"] / taken["page_1"],
        **{f"{key}_ms_{name}": seconds * 1000 for key, seconds in {**taken, **tags}.items()},
    }


def search(services: Services) -> None:
    for words in SEARCHES:
        list_photos(services, FeedQuery(search=parse_query(words), limit=PAGE))


def end_of_page(engine: Engine, page: int) -> Position:
    with Session(engine) as session:
        # An OFFSET, because this runs once, outside of what is timed.
        last = session.scalars(
            select(PhotoRow)
            .where(listed())
            .order_by(PhotoRow.created_at.desc(), PhotoRow.id.desc())
            .offset(page * PAGE - 1)
            .limit(1)
        ).one()
    return Position(last.created_at, last.id)


def medians(works: dict[str, Callable[[], object]], runs: int = RUNS) -> dict[str, float]:
    """Return the median seconds of each; they take turns, so a busy moment affects all of them."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(WARM_UP + runs):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            if turn >= WARM_UP:
                taken[name].append(time.perf_counter() - started)
    return {name: statistics.median(values) for name, values in taken.items()}


def engines() -> Iterator[tuple[str, Callable[[str], AbstractContextManager[Engine]]]]:
    """Yield SQLite, and Postgres if it is installed, each with a function that opens an empty database."""
    with tempfile.TemporaryDirectory(prefix="vignette-bench-") as folder:
        yield "sqlite", lambda name: opened(f"sqlite:///{folder}/{name}.db")
    try:
        programs = find_postgres()
    except pytest.skip.Exception:
        return
    server = PostgresServer(programs)
    server.start()
    try:
        yield "postgres", lambda name: opened(server.url(name))
    finally:
        server.stop()


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = open_engine(DatabaseSettings(url=url))
    migrations.upgrade(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def main() -> None:
    figures = measure()
    table = Table("key", "measured", title="feed and search, a million photos over a thousand")
    for key, value in figures.items():
        table.add_row(key, f"{value:.3g}")
    Console().print(table)
    body = json.loads(RESULTS.read_text())
    body["figures"] |= figures
    RESULTS.write_text(json.dumps(body, indent=1) + "\n")


if __name__ == "__main__":
    main()

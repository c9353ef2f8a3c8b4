"""Prometheus metrics of the pipeline."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from photos.kernel.unit_of_work import Database
from vignette_shared.errors import ServiceUnavailable, StorageFull


class PipelineMetrics(Collector):
    """Reads the counts from the database at each scrape, so they don't depend on any process's memory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> list[Metric]:
        return []  # without this, registering would call `collect` and need the database

    # An outage leaves the metrics out rather than failing the scrape of all others.
    def collect(self) -> Iterator[Metric]:
        try:
            with self._database.read() as db:
                waiting, dead = db.photos.waiting_counts(), db.photos.dead_letters()
        except (ServiceUnavailable, StorageFull):
            return
        gauge = GaugeMetricFamily("vignette_photos_waiting", "Photos with a pending step", labels=["step"])
        for step in ("render", "tag"):
            gauge.add_metric([step], waiting.get(step, 0))
        yield gauge
        yield GaugeMetricFamily("vignette_dead_letters", "Failed pipeline steps", value=dead)


def make_registry(database: Database) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(PipelineMetrics(database))
    return registry

"""`python -m tagger_worker.worker`: consume the tagger's queues until stopped."""

from tagger_worker.bootstrap import SERVICE, bootstrap
from tagger_worker.settings import TaggerWorkerSettings
from tagger_worker.tasks import QUEUES
from vignette_shared.observability.logs import configure_logging
from vignette_shared.process import run
from vignette_shared.queue.worker import run_worker
from vignette_shared.settings import load_settings


def work() -> int:
    """Load the model, then consume the queues; raises `VignetteError` if the worker can't start."""
    settings = load_settings(TaggerWorkerSettings)
    configure_logging(SERVICE, settings.log)
    worker = bootstrap(settings)
    # Before consuming: without a model, every photo in the queue would fail.
    worker.models.start()
    try:
        # One thread: a second task at a time would compete for the same cores.
        return run_worker(worker.app, QUEUES, worker.heartbeat, threads=1, log_level=settings.log.level)
    finally:
        worker.models.stop()


if __name__ == "__main__":
    raise SystemExit(run(SERVICE, work))

"""`python -m trainer.worker`: consume trainings until stopped. Does not import TensorFlow."""

from trainer.bootstrap import SERVICE, bootstrap
from trainer.settings import TrainerWorkerSettings
from trainer.tasks import QUEUES
from vignette_shared.observability.logs import configure_logging
from vignette_shared.process import run
from vignette_shared.queue.worker import run_worker
from vignette_shared.settings import load_settings


def work() -> int:
    """Consume the queues; raises `VignetteError` if the worker can't start."""
    settings = load_settings(TrainerWorkerSettings)
    configure_logging(SERVICE, settings.log)
    worker = bootstrap(settings)
    # One thread: a training uses all cores, so a second one would slow both.
    return run_worker(worker.app, QUEUES, worker.heartbeat, threads=1, log_level=settings.log.level)


if __name__ == "__main__":
    raise SystemExit(run(SERVICE, work))

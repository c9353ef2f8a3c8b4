"""`python -m trainer.worker`: wait for trainings until told to stop. TensorFlow is not imported here."""

import sys

from celery import signals

from trainer.bootstrap import SERVICE, bootstrap
from trainer.settings import TrainerWorkerSettings
from trainer.tasks import QUEUES
from vignette_shared.errors import VignetteError
from vignette_shared.observability.logs import configure_logging
from vignette_shared.settings import load_settings


def main() -> int:
    """Run the worker; 2 and one line on stderr when it can't start."""
    try:
        settings = load_settings(TrainerWorkerSettings)
        configure_logging(SERVICE, settings.log)
        worker = bootstrap(settings)
    except VignetteError as error:
        sys.stderr.write(f"trainer-worker can't start: {error.detail}\n")
        return 2
    # Announced once it consumes, and can be told to stop: not before.
    signals.worker_ready.connect(lambda **_: worker.heartbeat.start(), weak=False)
    try:
        runner = worker.app.Worker(
            pool="threads",
            concurrency=1,
            queues=list(QUEUES),
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            quiet=True,
            loglevel=settings.log.level,
        )
        runner.start()
        return int(runner.exitcode or 0)
    finally:
        worker.heartbeat.stop()


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m tagger_worker.worker`: consume the tagger's queues until told to stop."""

import sys

from celery import signals

from tagger_worker.bootstrap import SERVICE, bootstrap
from tagger_worker.settings import TaggerWorkerSettings
from tagger_worker.tasks import QUEUES
from vignette_shared.errors import VignetteError
from vignette_shared.observability.logs import configure_logging
from vignette_shared.settings import load_settings


def main() -> int:
    """Run the worker; 2 and one line on stderr when it can't start."""
    try:
        settings = load_settings(TaggerWorkerSettings)
        configure_logging(SERVICE, settings.log)
        worker = bootstrap(settings)
        worker.models.start()
    except VignetteError as error:
        sys.stderr.write(f"tagger-worker can't start: {error.detail}\n")
        return 2
    # Announced once it consumes, and can be told to stop: not before.
    signals.worker_ready.connect(lambda **_: worker.heartbeat.start(), weak=False)
    try:
        # One thread: a fork would copy a loaded network whose threads are gone, and a second job at a time
        # would only share the same cores.
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
        worker.models.stop()


if __name__ == "__main__":
    raise SystemExit(main())

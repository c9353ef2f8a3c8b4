"""`vignette-trainer`: prepare data, train, evaluate, publish and predict without the website."""

import sys
import warnings
from typing import TextIO, cast

import structlog

from trainer.commands.lazy import LazyGroup
from trainer.commands.options import new_app
from trainer.support.atomic_file import is_disk_full, write_error
from vignette_shared.errors import VignetteError


class Commands(LazyGroup):
    """The top-level commands."""

    lazy = {  # noqa: RUF012 - typed as a ClassVar in the base class
        "dataset": ("dataset", "Download, describe, split and export annotated images."),
        "backbone": ("backbone", "Import, verify and train backbones."),
        "finetune": ("finetune", "Train the top blocks of a backbone on a dataset."),
        "embed": ("embed", "Fill the bottleneck cache of a dataset."),
        "train": ("train", "Train a head over a backbone."),
        "sweep": ("sweep", "Train a grid of configurations and compare them."),
        "evaluate": ("evaluate", "Evaluate a head and write its report."),
        "publish": ("release", "Publish a training run and promote it if it passes the gate."),
        "promote": ("release", "Promote a version to production if it passes the gate."),
        "rollback": ("release", "Restore the previous production version."),
        "versions": ("release", "List the published versions, newest first."),
        "diff": ("release", "Compare two versions."),
        "predict": ("predict", "Print the tags of image files."),
        "pipeline": ("pipeline", "Run every step, from a dataset to production."),
        "starter": ("starter", "Rebuild the model that ships with Vignette."),
    }


app = new_app(cls=Commands)


@app.callback()
def _commands() -> None:
    """Train Vignette's tagging model, from annotated photos to production."""


def main() -> None:
    """Run the command line; a `VignetteError` becomes one line on stderr and exit status 2."""
    # Standard output carries the result alone: scripts parse it as JSON.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())))
    # Pillow warns about odd but readable images. Unreadable ones are logged as `image_skipped`.
    warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
    try:
        app()
    except VignetteError as error:
        sys.stderr.write(f"{error.detail}\n")
        raise SystemExit(2) from None
    except OSError as error:
        if not is_disk_full(error):
            raise
        sys.stderr.write(f"{write_error(error.filename, error).detail}\n")
        raise SystemExit(2) from None


class _StandardError:
    """The current `sys.stderr`, looked up on each write: progress bars replace it while they are drawn."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


if __name__ == "__main__":
    main()

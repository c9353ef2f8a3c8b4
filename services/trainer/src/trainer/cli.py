"""`vignette-trainer`: training without the website."""

import sys
import warnings
from typing import TextIO, cast

import structlog

from trainer.commands import backbone, dataset, pipeline, predict, registry, training
from trainer.commands.options import new_app
from trainer.support.atomic_file import is_full, unwritable
from trainer.support.greeting import leave_out_greeting
from vignette_shared.errors import VignetteError

# Here and not in `main`: processes that multiprocessing spawns import this module and run no more of it.
leave_out_greeting()
app = new_app()
app.add_typer(dataset.app, name="dataset")
app.add_typer(backbone.app, name="backbone")
for commands in (backbone.top, training.top, registry.top, predict.top, pipeline.top):
    app.add_typer(commands)


@app.callback()
def _commands() -> None:
    """From annotated photos to a published model."""


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit status 2."""
    # Standard output is the result's alone: somebody reads JSON from it.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())))
    # Of an image that is odd but can be read; one that can't is told of in our own words.
    warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
    try:
        app()
    except VignetteError as error:
        sys.stderr.write(f"{error.detail}\n")
        raise SystemExit(2) from None
    except OSError as error:
        if not is_full(error):
            raise
        sys.stderr.write(f"{unwritable(error.filename, error).detail}\n")
        raise SystemExit(2) from None


class _StandardError:
    """Standard error as it is now: while bars are drawn it is one that writes above them."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


if __name__ == "__main__":
    main()

"""`vignette-trainer`: training without the website."""

import sys

import structlog

from trainer.commands import backbone, dataset, pipeline, registry, training
from trainer.commands.options import new_app
from vignette_shared.errors import VignetteError

app = new_app()
app.add_typer(dataset.app, name="dataset")
app.add_typer(backbone.app, name="backbone")
for commands in (backbone.top, training.top, registry.top, pipeline.top):
    app.add_typer(commands)


@app.callback()
def _commands() -> None:
    """From annotated photos to a published model."""


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit status 2."""
    # Standard output is the result's alone: somebody reads JSON from it.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        app()
    except VignetteError as error:
        sys.stderr.write(f"{error.detail}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()

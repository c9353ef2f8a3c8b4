"""`vignette-trainer dataset ...`: from archives and annotations to a frozen split."""

from trainer.commands.options import new_app

app = new_app()


@app.callback()
def _dataset() -> None:
    """Download, describe, split and export annotated images."""

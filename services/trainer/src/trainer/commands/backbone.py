"""`vignette-trainer backbone ...`, `embed` and `finetune`: networks and what they make of images."""

from trainer.commands.options import new_app

app = new_app()
top = new_app()
"""Commands that stand at the top, not below `backbone`: `embed`, `finetune`."""


@app.callback()
def _backbone() -> None:
    """Import, check and train backbones."""

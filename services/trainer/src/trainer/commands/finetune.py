"""`vignette-trainer finetune`."""

from pathlib import Path
from typing import Annotated

import typer

from trainer.backbone.pretraining.publishing import BackboneOrder, train_backbone
from trainer.commands.options import (
    BackboneNameOption,
    DataOption,
    JsonOption,
    OptionalSnapshotOption,
    PretrainConfigOption,
    RegistryOption,
    WorkOption,
    new_app,
    parse_object,
    print_result,
    typed_command,
)
from trainer.support.progress import show_phases

app = new_app()


@app.command()
def finetune(
    *,
    data: DataOption,
    registry: RegistryOption,
    work: WorkOption = Path("var/trainer"),
    start: Annotated[str, typer.Option("--from", help="The backbone to start from.")] = "production",
    blocks: Annotated[int, typer.Option(min=1, max=12, help="Blocks to train, counted from the top.")] = 2,
    snapshot: OptionalSnapshotOption = "",
    name: BackboneNameOption = "finetuned",
    config: PretrainConfigOption = "{}",
    as_json: JsonOption = False,
) -> None:
    """Train the top blocks of a backbone on a dataset.

    Publishes the weights of the best epoch by validation.
    """
    settings = {"top_blocks": blocks, **parse_object(config, "--config")}
    order = BackboneOrder(data, work, start, None, snapshot, name, typed_command())
    with show_phases() as report:
        result = train_backbone(registry, order, settings, report)
    print_result(result.as_json(), result.sentence(name), as_json=as_json)

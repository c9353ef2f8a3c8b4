"""`predict`: tags of image files, as lines, as NDJSON and as pictures."""

import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Literal

import typer

from trainer.commands.options import RegistryOption, new_app
from trainer.errors import DatasetError

top = new_app()


@top.command()
def predict(
    images: Annotated[list[str], typer.Argument(metavar="IMAGE...", help="Files, folders, patterns.")],
    *,
    registry: RegistryOption,
    version: Annotated[str, typer.Option(help="A version or an alias.")] = "production",
    top_tags: Annotated[int, typer.Option("--top", min=1, help="Tags an image.")] = 10,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add where a tag comes from; needs --out.")
    ] = False,
    label: Annotated[str, typer.Option(help="The tag to explain; the likeliest when left out.")] = "",
    method: Annotated[
        Literal["gradcam", "windows"] | None,
        typer.Option(help="How to explain; what suits the backbone when left out."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Picture to write, PNG; a folder of them for several images.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print NDJSON, one line an image.")] = False,
) -> None:
    """Print the tags of images, and draw them; exit status 1 when one can't be read."""
    if explain and out is None:
        raise DatasetError("--explain draws a picture: say where with --out F.png.")
    if (label or method) and not explain:
        raise DatasetError("--label and --method say what to explain and how: give --explain, too.")
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415
    from trainer.predict.picture import write_picture  # noqa: PLC0415
    from trainer.predict.predictor import Predictor, as_line, find_images, to_json  # noqa: PLC0415
    from trainer.support.progress import shown_count  # noqa: PLC0415

    found = find_images(images)
    pictures = picture_paths(found, out) if out else {}
    predictor = Predictor.load(open_registry(registry), version)
    failed = 0
    # On a terminal the lines themselves show how far it is, and a bar would be drawn into them.
    bar = nullcontext(lambda _: None) if sys.stdout.isatty() else shown_count("images", len(found))
    with bar as progress:
        for prediction in predictor.predict(found):
            failed += prediction.error is not None
            told = to_json(prediction, predictor.version, top_tags)
            typer.echo(json.dumps(told) if as_json else as_line(prediction, top_tags))
            if out is not None and prediction.error is None:
                path = pictures[prediction.image]
                write_picture(
                    path, predictor, prediction, top_tags, explained=explain, label=label, method=method
                )
            progress(1)
    if failed:
        raise typer.Exit(1)


def picture_paths(images: Sequence[Path], out: Path) -> dict[Path, Path]:
    """Return where each image's picture goes: `out` itself for one, a file in the folder `out` for several.

    Raises:
        DatasetError: several are to go where a file is.
    """
    if len(images) == 1:
        return {images[0]: out}
    if out.is_file():
        raise DatasetError(f"{out} is a file, and there are {len(images)} images: give a folder with --out.")
    found: dict[Path, Path] = {}
    taken: set[Path] = set()
    for image in images:
        path, number = out / f"{image.stem}.png", 1
        while path in taken:  # of the same name in another folder
            number += 1
            path = out / f"{image.stem}-{number}.png"
        taken.add(path)
        found[image] = path
    return found

"""`vignette-trainer predict`."""

import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Literal

import typer

from trainer.commands.options import RegistryOption, new_app
from trainer.errors import DatasetError
from trainer.predict.picture import write_picture
from trainer.predict.predictor import Predictor, as_json_line, as_text_line, find_images
from trainer.support.progress import show_count
from trainer.support.registry import open_registry

app = new_app()


@app.command()
def predict(
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE...", help="Image files, folders or glob patterns.")
    ],
    *,
    registry: RegistryOption,
    version: Annotated[str, typer.Option(help="A version or an alias.")] = "production",
    top_tags: Annotated[int, typer.Option("--top", min=1, help="Number of tags for each image.")] = 10,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add a heat map of one tag to the picture; needs --out.")
    ] = False,
    label: Annotated[str, typer.Option(help="The tag to explain. Default: the one with the top score.")] = "",
    method: Annotated[
        Literal["gradcam", "windows"] | None,
        typer.Option(help="Explanation method. Default: the best one for the backbone."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="PNG file to draw; a folder if there are several images.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print NDJSON, one line for each image.")] = False,
) -> None:
    """Print the tags of image files.

    Exits with status 1 if an image can't be read.
    """
    if explain and out is None:
        raise DatasetError("--explain needs --out FILE.png.")
    if (label or method) and not explain:
        raise DatasetError("--label and --method need --explain.")
    paths = find_images(images)
    pictures = picture_paths(paths, out) if out else {}
    predictor = Predictor.load(open_registry(registry), version)
    failed = 0
    # On a terminal the printed lines show the progress, and a bar would garble them.
    bar = nullcontext(lambda _: None) if sys.stdout.isatty() else show_count("images", len(paths))
    with bar as progress:
        for prediction in predictor.predict(paths):
            failed += prediction.error is not None
            typer.echo(
                json.dumps(as_json_line(prediction, predictor.version, top_tags))
                if as_json
                else as_text_line(prediction, top_tags)
            )
            if out is not None and prediction.error is None:
                path = pictures[prediction.image]
                write_picture(
                    path, predictor, prediction, top_tags, explained=explain, label=label, method=method
                )
            progress(1)
    if failed:
        raise typer.Exit(1)


def picture_paths(images: Sequence[Path], out: Path) -> dict[Path, Path]:
    """Return the picture's path for each image: `out` for a single image, else a file in the folder `out`.

    Raises:
        DatasetError: there are several images and `out` is a file.
    """
    if len(images) == 1:
        return {images[0]: out}
    if out.is_file():
        raise DatasetError(f"{out} is a file; --out must be a folder for {len(images)} images.")
    paths: dict[Path, Path] = {}
    taken: set[Path] = set()
    for image in images:
        path, number = out / f"{image.stem}.png", 1
        while path in taken:  # two folders hold images with the same name
            number += 1
            path = out / f"{image.stem}-{number}.png"
        taken.add(path)
        paths[image] = path
    return paths

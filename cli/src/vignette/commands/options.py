"""Options that several commands have."""

from enum import StrEnum
from typing import Annotated

import typer


class Visibility(StrEnum):
    public = "public"
    unlisted = "unlisted"
    private = "private"


AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")]
Jobs = Annotated[int, typer.Option(min=1, max=16, help="Files to upload in parallel.")]

"""`python -m photos.openapi OUT` writes the public operations for the gateway: no server, no settings."""

import argparse
import json
from pathlib import Path

from fastapi import FastAPI

from photos.app import add_public_routes


def document() -> str:
    """Return the operations and their schemas as OpenAPI, in JSON with sorted keys for readable diffs."""
    app = FastAPI(title="photos")
    add_public_routes(app)
    described = app.openapi()
    table = {"paths": described["paths"], "components": described["components"]}
    return json.dumps(table, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m photos.openapi", description=__doc__)
    parser.add_argument("out", type=Path, help="file to write: the gateway's operations.json")
    out: Path = parser.parse_args().out
    out.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()

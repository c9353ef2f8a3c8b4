"""`python -m gateway.openapi OUT` writes the OpenAPI document: no server, no settings."""

import argparse
import json
from pathlib import Path

from gateway.app import make_api


def document() -> str:
    """Return the document as JSON with sorted keys, for readable diffs."""
    return json.dumps(make_api().openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m gateway.openapi", description=__doc__)
    parser.add_argument("out", type=Path, help="file to write, such as web/openapi.json")
    out: Path = parser.parse_args().out
    out.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()

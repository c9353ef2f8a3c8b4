"""The operations of the public API: those of photos, from its generated table, and the gateway's own."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from vignette_shared.http.operations import EXTENSION, Declaration

TABLE = "operations.json"
"""Written by `python -m photos.openapi`; `make lint` fails when it is stale."""


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    declaration: Declaration


class OperationIndex:
    """Operations by method and path."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._by_path: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            self._by_path.setdefault(operation.path, {})[operation.method] = operation
        self._patterns = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), methods)
            for path, methods in self._by_path.items()
            if "{" in path
        ]

    def at(self, path: str) -> dict[str, Operation]:
        """Return the operations at a request's path, by method; none for an unknown path."""
        found = dict(self._by_path.get(path, {}))
        for pattern, methods in self._patterns:
            if pattern.fullmatch(path):
                found = methods | found
        return found


@cache
def load_table() -> dict[str, Any]:
    """Return the OpenAPI document of the operations that photos serves, declarations included."""
    table: dict[str, Any] = json.loads((files("gateway") / TABLE).read_text(encoding="utf-8"))
    return table


def forwarded_operations() -> list[Operation]:
    """Return the operations that photos serves, literal paths before the templates that match them too."""
    operations = [
        Operation(described["operationId"], method.upper(), path, Declaration(**described[EXTENSION]))
        for path, methods in load_table()["paths"].items()
        for method, described in methods.items()
    ]
    # Routes match in order: `/models/compare` must precede `/models/{version}`.
    return sorted(operations, key=lambda operation: (operation.path.count("{"), operation.path))

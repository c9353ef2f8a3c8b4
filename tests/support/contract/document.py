"""The OpenAPI document, queried for operations and their answers."""

import json
import re
from functools import cached_property
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from gateway.openapi import document


class Document:
    """The document by operation, with validators for its responses."""

    def __init__(self) -> None:
        self.content: dict[str, Any] = json.loads(document())
        self.operations: dict[str, tuple[str, str, dict[str, Any]]] = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, item in self.content["paths"].items()
            for method, operation in item.items()
        }
        self._validators: dict[str, Draft202012Validator] = {}

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str], str]]:
        # A path without parameters goes before one that would take its last part for one.
        known = sorted(self.operations.items(), key=lambda item: item[1][1].count("{"))
        return [
            (method, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), name)
            for name, (method, path, _) in known
        ]

    def operation_of(self, method: str, path: str) -> str | None:
        """Return the id of the operation that a request matches."""
        for known, pattern, name in self._patterns:
            if known == method and pattern.fullmatch(path):
                return name
        return None

    def statuses(self, name: str) -> list[int]:
        return [int(status) for status in self.operations[name][2]["responses"]]

    def complaint(self, name: str, response: httpx.Response) -> str | None:
        """Describe how a response departs from the document; None if it conforms."""
        promised = self.operations[name][2]["responses"].get(str(response.status_code))
        if promised is None:
            return f"{name} answered {response.status_code}, which is not documented: {response.text[:300]}"
        kinds = promised.get("content", {})
        if not response.content:
            return None
        kind = response.headers.get("content-type", "").partition(";")[0]
        if kind not in kinds and not (kind.startswith("image/") and "image/*" in kinds):
            return f"{name} answered {response.status_code} as {kind!r}, not as {sorted(kinds)}"
        if not kind.endswith("json"):
            return None
        wrong = next(self._validator(name, response.status_code, kind).iter_errors(response.json()), None)
        return f"{name} {response.status_code}: {wrong.json_path}: {wrong.message}" if wrong else None

    def _validator(self, name: str, status: int, kind: str) -> Draft202012Validator:
        key = f"{name} {status}"
        if key not in self._validators:
            schema = self.operations[name][2]["responses"][str(status)]["content"][kind].get("schema", {})
            whole = {**schema, "components": self.content["components"]}
            self._validators[key] = Draft202012Validator(
                whole, format_checker=Draft202012Validator.FORMAT_CHECKER
            )
        return self._validators[key]

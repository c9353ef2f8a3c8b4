"""The OpenAPI document: the operations of photos from their table, and the gateway's own."""

from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from gateway.documentation.completion import complete
from gateway.documentation.overview import DESCRIPTION, TAGS
from gateway.operations import load_table


def build_document(api: FastAPI) -> dict[str, Any]:
    """Return the document of the whole public API."""
    document = get_openapi(
        title=api.title, version=api.version, description=DESCRIPTION, tags=TAGS, routes=api.routes
    )
    # A copy: `complete` changes the document in place, and the table is cached.
    table = deepcopy(load_table())
    document["paths"] |= table["paths"]
    document.setdefault("components", {}).setdefault("schemas", {}).update(table["components"]["schemas"])
    complete(document)
    return document

"""Validation errors of a configuration, as one sentence."""

from collections.abc import Iterable

from pydantic import ValidationError


def first_error(error: ValidationError, names: Iterable[str]) -> str:
    """Describe the first error; for an unknown name, list the valid `names`."""
    first = error.errors()[0]
    name = "".join(f"{part}: " for part in first["loc"])
    if first["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
        return f"{name}unknown setting; the settings are {', '.join(names)}."
    return f"{name}{first['msg']}."

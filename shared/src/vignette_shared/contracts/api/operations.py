"""The answer of `/readyz`."""

from typing import Literal

from vignette_shared.contracts.api.base import ApiModel


class Check(ApiModel):
    ok: bool
    detail: str | None = None


class Checks(ApiModel):
    database: Check
    broker: Check
    storage: Check
    model: Check


class Readiness(ApiModel):
    status: Literal["ready", "not_ready"]
    checks: Checks

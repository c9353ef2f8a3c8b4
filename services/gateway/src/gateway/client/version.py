"""The installed version."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version


def version() -> str:
    try:
        return installed_version("vignette-gateway")
    except PackageNotFoundError:
        return "0"

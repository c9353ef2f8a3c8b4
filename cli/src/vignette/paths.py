"""Where the command line keeps what it must remember, by the XDG base directories."""

import os
from pathlib import Path

FOLDER = "vignette"


def config_folder() -> Path:
    return _base("XDG_CONFIG_HOME", ".config") / FOLDER


def state_folder() -> Path:
    return _base("XDG_STATE_HOME", ".local/state") / FOLDER


def _base(variable: str, fallback: str) -> Path:
    """A relative path in the variable counts as none, as the specification wants it."""
    path = Path(os.environ.get(variable, ""))
    return path if path.is_absolute() else Path.home() / fallback

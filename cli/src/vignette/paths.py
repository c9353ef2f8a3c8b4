"""Folders of the XDG base directory specification."""

import os
from pathlib import Path

# Files in these folders survive upgrades; never rename it.
FOLDER = "vignette"


def config_folder() -> Path:
    return _base("XDG_CONFIG_HOME", ".config") / FOLDER


def state_folder() -> Path:
    return _base("XDG_STATE_HOME", ".local/state") / FOLDER


def _base(variable: str, fallback: str) -> Path:
    """Return the folder; the specification requires that relative paths are ignored."""
    path = Path(os.environ.get(variable, ""))
    return path if path.is_absolute() else Path.home() / fallback

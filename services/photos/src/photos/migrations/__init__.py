"""Schema migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from photos.kernel.database import WRITE
from vignette_shared.errors import SettingsError

_LOCK = 7_161_902_311
"""An arbitrary advisory lock key: two replicas that start together must not both migrate."""


def upgrade(engine: Engine) -> str:
    """Create or upgrade the schema in one transaction; return its revision."""
    config = _config()
    with engine.execution_options(**{WRITE: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return _current(connection) or ""


def require_newest(engine: Engine) -> None:
    """Raise `SettingsError`, naming the command to run, unless the schema is at the newest revision."""
    with engine.connect() as connection:
        current = _current(connection)
    if current != (newest := ScriptDirectory.from_config(_config()).get_current_head()):
        raise SettingsError(
            f"The database's schema is {current or 'empty'}, this version needs {newest}: "
            "run `python -m photos.cli migrate`."
        )


def _config() -> Config:
    config = Config()
    # Alembic interprets % as interpolation, and a folder name may contain one.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()

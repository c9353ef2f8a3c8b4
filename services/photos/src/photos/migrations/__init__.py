"""The schema's history, and the one way to bring a database to its newest version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from photos.kernel.database import WRITE
from vignette_shared.errors import SettingsError

_LOCK = 7_161_902_311
"""Any number that is ours: two replicas that start at once must not both migrate."""


def upgrade(engine: Engine) -> str:
    """Create or upgrade the schema in one transaction; returns the revision it has now."""
    config = _config()
    with engine.execution_options(**{WRITE: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return _current(connection) or ""


def require_newest(engine: Engine) -> None:
    """Raise `SettingsError` that says what to run when the schema is not the one this code expects."""
    with engine.connect() as connection:
        current = _current(connection)
    if current != (newest := ScriptDirectory.from_config(_config()).get_current_head()):
        raise SettingsError(
            f"The database's schema is {current or 'empty'}, this version needs {newest}: "
            "run `python -m photos.cli migrate`."
        )


def _config() -> Config:
    config = Config()
    # Alembic reads % as interpolation, and a folder may contain one.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()

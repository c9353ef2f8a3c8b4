"""Run by Alembic; the connection comes from `photos.migrations.upgrade`."""

from alembic import context

from photos.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite can't alter a column or a constraint: batch mode copies the table instead.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

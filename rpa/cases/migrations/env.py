"""Run by alembic: migrates on the connection that `rpa.cases.database` hands over."""

from alembic import context

from rpa.cases.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()

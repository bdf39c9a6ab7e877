"""late companions."""

from alembic import op

from app.guards import guard

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


NEW_COLUMNS = (
    "children INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_late_arrival_children CHECK (children BETWEEN 0 AND companions)",
    "companion_names TEXT DEFAULT '' NOT NULL",
)  # a check that comes with its column needs no copy of the table on SQLite


def upgrade() -> None:
    for column in NEW_COLUMNS:
        op.execute(f'ALTER TABLE late_arrival ADD COLUMN {column}')
    guard(op.get_bind())


def downgrade() -> None:
    for column in reversed(NEW_COLUMNS):
        op.drop_column('late_arrival', column.split()[0])
    guard(op.get_bind())

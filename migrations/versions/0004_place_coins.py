"""place coins."""

import re

from alembic import op

from app.guards import guard

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


BEFORE = "kind IN ('rule', 'budget', 'programme')"
AFTER = "kind IN ('rule', 'budget', 'programme', 'place')"


def upgrade() -> None:
    _change_check(BEFORE, AFTER)
    guard(op.get_bind())


def downgrade() -> None:
    op.execute("DELETE FROM change WHERE kind = 'place'")
    _change_check(AFTER, BEFORE)
    guard(op.get_bind())


def _change_check(old: str, new: str) -> None:
    """SQLite changes no check of a table that is there: its rows move into one that has the new check."""
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f('ck_change_kind'), 'change', type_='check')
        op.create_check_constraint(op.f('ck_change_kind'), 'change', new)
        return
    master = "SELECT sql FROM sqlite_master WHERE tbl_name = 'change' AND type = '{}' AND sql > ''"
    table, = op.get_bind().exec_driver_sql(master.format('table')).scalars()
    indexes = op.get_bind().exec_driver_sql(master.format('index')).scalars().all()
    assert old in table
    op.execute(re.sub('^CREATE TABLE "?change"?', 'CREATE TABLE change_after', table).replace(old, new))
    op.execute('INSERT INTO change_after SELECT * FROM change')
    op.execute('DROP TABLE change')
    op.execute('ALTER TABLE change_after RENAME TO change')
    for index in indexes:
        op.execute(index)

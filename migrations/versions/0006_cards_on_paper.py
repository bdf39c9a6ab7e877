"""cards on paper."""

import sqlalchemy as sa
from alembic import op

from app.guards import guard

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

UNSEEN = sa.text('seen_at IS NULL')


def upgrade() -> None:
    op.create_index('ix_thanks_unseen', 'thanks', ['region_id', 'at'], sqlite_where=UNSEEN, postgresql_where=UNSEEN)
    op.create_index('ix_indicator_value_indicator_id_day', 'indicator_value', ['indicator_id', 'day'])
    guard(op.get_bind())


def downgrade() -> None:
    op.drop_index('ix_indicator_value_indicator_id_day', 'indicator_value')
    op.drop_index('ix_thanks_unseen', 'thanks')
    guard(op.get_bind())

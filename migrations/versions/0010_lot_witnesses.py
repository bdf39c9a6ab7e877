"""lot witnesses."""

import sqlalchemy as sa
from alembic import op

from app.db import Id, UtcDateTime
from app.guards import guard

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('lot_witness',
    sa.Column('vote_id', Id(), autoincrement=False, nullable=False),
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('drawn', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_lot_witness_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'vote_id'], ['vote.region_id', 'vote.id'], name=op.f('fk_lot_witness_region_id_vote_id')),
    sa.PrimaryKeyConstraint('vote_id', 'membership_id', name=op.f('pk_lot_witness')),
    sqlite_strict=True
    )
    guard(op.get_bind())


def downgrade() -> None:
    op.drop_table('lot_witness')
    guard(op.get_bind())

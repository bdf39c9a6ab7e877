"""talk on paper."""

import sqlalchemy as sa
from alembic import op

from app.db import Id, UtcDateTime
from app.guards import guard, unguard

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('opinion_hiding',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('opinion_id', Id(), nullable=False),
    sa.Column('by_id', Id(), nullable=False),
    sa.Column('act', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("act IN ('hide', 'show')", name=op.f('ck_opinion_hiding_act')),
    sa.CheckConstraint("why <> ''", name=op.f('ck_opinion_hiding_why')),
    sa.ForeignKeyConstraint(['region_id', 'by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_opinion_hiding_region_id_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'opinion_id'], ['opinion.region_id', 'opinion.id'], name=op.f('fk_opinion_hiding_region_id_opinion_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinion_hiding')),
    sqlite_strict=True
    )
    op.create_index('ix_opinion_hiding_opinion_id', 'opinion_hiding', ['opinion_id'], unique=False)
    op.create_table('proposal_slip',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('support_id', Id(), nullable=True),
    sa.Column('opinion_id', Id(), nullable=True),
    sa.Column('by_id', Id(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('(support_id IS NULL) <> (opinion_id IS NULL)', name=op.f('ck_proposal_slip_one')),
    sa.ForeignKeyConstraint(['region_id', 'by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_proposal_slip_region_id_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'opinion_id'], ['opinion.region_id', 'opinion.id'], name=op.f('fk_proposal_slip_region_id_opinion_id')),
    sa.ForeignKeyConstraint(['region_id', 'support_id'], ['proposal_support.region_id', 'proposal_support.id'], name=op.f('fk_proposal_slip_region_id_support_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_slip')),
    sa.UniqueConstraint('key', name=op.f('uq_proposal_slip_key')),
    sa.UniqueConstraint('opinion_id', name=op.f('uq_proposal_slip_opinion_id')),
    sa.UniqueConstraint('support_id', name=op.f('uq_proposal_slip_support_id')),
    sqlite_strict=True
    )
    op.create_table('survey_slips',
    sa.Column('proposal_id', Id(), autoincrement=False, nullable=False),
    sa.Column('by_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('handed', sa.Integer(), nullable=False),
    sa.Column('typed', sa.Integer(), nullable=False),
    sa.CheckConstraint('handed >= 0 AND typed >= 0', name=op.f('ck_survey_slips_counts')),
    sa.ForeignKeyConstraint(['region_id', 'by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_survey_slips_region_id_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'proposal_id'], ['proposal.region_id', 'proposal.id'], name=op.f('fk_survey_slips_region_id_proposal_id')),
    sa.PrimaryKeyConstraint('proposal_id', 'by_id', name=op.f('pk_survey_slips')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    guard(op.get_bind())


def downgrade() -> None:
    op.drop_table('survey_slips')
    unguard(op.get_bind(), 'proposal_slip')
    op.drop_table('proposal_slip')
    unguard(op.get_bind(), 'opinion_hiding')
    op.drop_index('ix_opinion_hiding_opinion_id', table_name='opinion_hiding')
    op.drop_table('opinion_hiding')
    guard(op.get_bind())

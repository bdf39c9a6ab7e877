"""certificates."""

import re

import sqlalchemy as sa
from alembic import op

from app.db import Day, Id, UtcDateTime
from app.guards import guard

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

BEFORE = "purpose IN ('event', 'shop', 'place', 'proposal', 'vote', 'poll')"
AFTER = "purpose IN ('event', 'shop', 'place', 'proposal', 'vote', 'poll', 'certificate')"


def upgrade() -> None:
    op.create_table('certificate',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('serial', sa.Text(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('first_day', Day(), nullable=False),
    sa.Column('last_day', Day(), nullable=False),
    sa.Column('unpaid_minutes', sa.Integer(), nullable=False),
    sa.Column('paid_minutes', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('prev_hash', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.Column('issued_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("scope IN ('year', 'project', 'days')", name=op.f('ck_certificate_scope')),
    sa.CheckConstraint('last_day >= first_day', name=op.f('ck_certificate_days')),
    sa.CheckConstraint('length(hash) = 64 AND length(prev_hash) = 64', name=op.f('ck_certificate_hash')),
    sa.CheckConstraint('place > 0 AND number > 0', name=op.f('ck_certificate_counted')),
    sa.CheckConstraint('unpaid_minutes >= 0 AND paid_minutes >= 0', name=op.f('ck_certificate_minutes')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_certificate_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_certificate_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
    sa.UniqueConstraint('code', name=op.f('uq_certificate_code')),
    sa.UniqueConstraint('key', name=op.f('uq_certificate_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_certificate_region_id_id')),
    sa.UniqueConstraint('region_id', 'place', name=op.f('uq_certificate_region_id_place')),
    sa.UniqueConstraint('region_id', 'prev_hash', name=op.f('uq_certificate_region_id_prev_hash')),
    sa.UniqueConstraint('region_id', 'year', 'number', name=op.f('uq_certificate_region_id_year_number')),
    sa.UniqueConstraint('serial', name=op.f('uq_certificate_serial')),
    sqlite_strict=True
    )
    op.create_index('ix_certificate_membership_id', 'certificate', ['membership_id'], unique=False)
    op.create_table('certificate_audience',
    sa.Column('certificate_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('visibility', sa.Text(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("visibility IN ('public', 'link', 'private')", name=op.f('ck_certificate_audience_visibility')),
    sa.ForeignKeyConstraint(['region_id', 'certificate_id'], ['certificate.region_id', 'certificate.id'], name=op.f('fk_certificate_audience_region_id_certificate_id')),
    sa.PrimaryKeyConstraint('certificate_id', name=op.f('pk_certificate_audience')),
    sqlite_strict=True
    )
    op.create_table('certificate_revocation',
    sa.Column('certificate_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('by_id', Id(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_certificate_revocation_reason')),
    sa.ForeignKeyConstraint(['region_id', 'by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_certificate_revocation_region_id_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'certificate_id'], ['certificate.region_id', 'certificate.id'], name=op.f('fk_certificate_revocation_region_id_certificate_id')),
    sa.PrimaryKeyConstraint('certificate_id', name=op.f('pk_certificate_revocation')),
    sa.UniqueConstraint('key', name=op.f('uq_certificate_revocation_key')),
    sqlite_strict=True
    )
    op.create_table('certificate_line',
    sa.Column('certificate_id', Id(), autoincrement=False, nullable=False),
    sa.Column('entry_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'certificate_id'], ['certificate.region_id', 'certificate.id'], name=op.f('fk_certificate_line_region_id_certificate_id')),
    sa.ForeignKeyConstraint(['region_id', 'entry_id'], ['hours_entry.region_id', 'hours_entry.id'], name=op.f('fk_certificate_line_region_id_entry_id')),
    sa.PrimaryKeyConstraint('certificate_id', 'entry_id', name=op.f('pk_certificate_line')),
    sqlite_strict=True
    )
    _change_check(BEFORE, AFTER)
    guard(op.get_bind())


def downgrade() -> None:
    op.execute("DELETE FROM public_code WHERE purpose = 'certificate'")
    _change_check(AFTER, BEFORE)
    op.drop_table('certificate_line')
    op.drop_table('certificate_revocation')
    op.drop_table('certificate_audience')
    op.drop_index('ix_certificate_membership_id', table_name='certificate')
    op.drop_table('certificate')
    guard(op.get_bind())


def _change_check(old: str, new: str) -> None:
    """SQLite changes no check of a table that is there: its rows move into one that has the new check."""
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f('ck_public_code_purpose'), 'public_code', type_='check')
        op.create_check_constraint(op.f('ck_public_code_purpose'), 'public_code', new)
        return
    master = "SELECT sql FROM sqlite_master WHERE tbl_name = 'public_code' AND type = '{}' AND sql > ''"
    table, = op.get_bind().exec_driver_sql(master.format('table')).scalars()
    indexes = op.get_bind().exec_driver_sql(master.format('index')).scalars().all()
    assert old in table
    op.execute(re.sub('^CREATE TABLE "?public_code"?', 'CREATE TABLE public_code_after', table).replace(old, new))
    op.execute('INSERT INTO public_code_after SELECT * FROM public_code')
    op.execute('DROP TABLE public_code')
    op.execute('ALTER TABLE public_code_after RENAME TO public_code')
    for index in indexes:
        op.execute(index)

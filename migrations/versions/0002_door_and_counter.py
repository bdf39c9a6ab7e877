"""door and counter."""

import sqlalchemy as sa
from alembic import op

from app.db import Day, Flag, Id, UtcDateTime
from app.guards import guard

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


NEW_COLUMNS = (
    ('check_in', "children INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_check_in_children CHECK (children BETWEEN 0 AND companions)"),
    ('check_in', "companion_names TEXT DEFAULT '' NOT NULL"),
    ('event', "booked INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_event_booked "
              "CHECK (booked >= 0 AND (capacity IS NULL OR taken + booked <= capacity))"),
    ('event', "door TEXT DEFAULT 'poster' NOT NULL CONSTRAINT ck_event_door CHECK (door IN ('poster', 'rotating'))"),
    ('event', "question_1 TEXT DEFAULT '' NOT NULL"),
    ('event', "question_2 TEXT DEFAULT '' NOT NULL"),
    ('event', "project TEXT DEFAULT '' NOT NULL"),
    ('event', "project_link TEXT DEFAULT '' NOT NULL"),
    ('offer', "photo TEXT DEFAULT '' NOT NULL"),
    ('region', "arrivals_per_step INTEGER DEFAULT 30 NOT NULL CONSTRAINT ck_region_arrivals_per_step CHECK (arrivals_per_step > 0)"),
)  # a check that comes with its column needs no copy of the table on SQLite


def upgrade() -> None:
    op.create_table('event_template',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('place_en', sa.Text(), nullable=False),
    sa.Column('bring', sa.Text(), nullable=False),
    sa.Column('bring_en', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('begins', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('coins', sa.Integer(), nullable=False),
    sa.Column('audience', sa.Text(), nullable=False),
    sa.Column('name_level', sa.Text(), nullable=False),
    sa.Column('question_1', sa.Text(), nullable=False),
    sa.Column('question_2', sa.Text(), nullable=False),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("audience IN ('open', 'members', 'invited')", name=op.f('ck_event_template_audience')),
    sa.CheckConstraint("field IN ('environment', 'education', 'economy', 'energy', 'resources', 'welfare', 'governance', 'other')", name=op.f('ck_event_template_field')),
    sa.CheckConstraint("name_level IN ('none', 'name', 'contact')", name=op.f('ck_event_template_name_level')),
    sa.CheckConstraint('coins BETWEEN 0 AND 2', name=op.f('ck_event_template_coins')),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_event_template_minutes')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_event_template_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_template')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_event_template_region_id_id')),
    sa.UniqueConstraint('region_id', 'name', name=op.f('uq_event_template_region_id_name')),
    sqlite_strict=True
    )
    op.create_table('card',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('issued_at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('printed_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('ended_for', sa.Text(), nullable=True),
    sa.CheckConstraint("ended_for IS NULL OR ended_for IN ('lost', 'reissued', 'left')", name=op.f('ck_card_ended_for')),
    sa.CheckConstraint('(ended_at IS NULL) = (ended_for IS NULL)', name=op.f('ck_card_ended')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_card_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_card_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_card_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('uq_card_live', 'card', ['membership_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('change',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('asked_by', Id(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('decided_by', Id(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('accepted', Flag(), nullable=True),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("kind IN ('rule', 'budget', 'programme')", name=op.f('ck_change_kind')),
    sa.CheckConstraint('(accepted IS NULL) = (decided_at IS NULL)', name=op.f('ck_change_decided')),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> asked_by', name=op.f('ck_change_two_people')),
    sa.ForeignKeyConstraint(['region_id', 'asked_by'], ['membership.region_id', 'membership.id'], name=op.f('fk_change_region_id_asked_by')),
    sa.ForeignKeyConstraint(['region_id', 'decided_by'], ['membership.region_id', 'membership.id'], name=op.f('fk_change_region_id_decided_by')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_change_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change')),
    sa.UniqueConstraint('key', name=op.f('uq_change_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_change_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_change_region_id_decided_at', 'change', ['region_id', 'decided_at'], unique=False)
    op.create_table('place',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('about_en', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('address_en', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('pickup', sa.Text(), nullable=False),
    sa.Column('pickup_en', sa.Text(), nullable=False),
    sa.Column('shop_id', Id(), nullable=True),
    sa.Column('coins', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('coins BETWEEN 0 AND 1', name=op.f('ck_place_coins')),
    sa.ForeignKeyConstraint(['region_id', 'shop_id'], ['shop.region_id', 'shop.id'], name=op.f('fk_place_region_id_shop_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_place_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_place')),
    sa.UniqueConstraint('code', name=op.f('uq_place_code')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_place_region_id_id')),
    sqlite_strict=True
    )
    op.create_table('card_use',
    sa.Column('card_id', Id(), autoincrement=False, nullable=False),
    sa.Column('step', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'card_id'], ['card.region_id', 'card.id'], name=op.f('fk_card_use_region_id_card_id')),
    sa.PrimaryKeyConstraint('card_id', 'step', name=op.f('pk_card_use')),
    sqlite_strict=True
    )
    op.create_table('closed_day',
    sa.Column('place_id', Id(), autoincrement=False, nullable=False),
    sa.Column('day', Day(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'place_id'], ['place.region_id', 'place.id'], name=op.f('fk_closed_day_region_id_place_id')),
    sa.PrimaryKeyConstraint('place_id', 'day', name=op.f('pk_closed_day')),
    sqlite_strict=True
    )
    op.create_table('code_step',
    sa.Column('event_id', Id(), autoincrement=False, nullable=False),
    sa.Column('step', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.CheckConstraint('used > 0', name=op.f('ck_code_step_used')),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_code_step_region_id_event_id')),
    sa.PrimaryKeyConstraint('event_id', 'step', name=op.f('pk_code_step')),
    sqlite_strict=True
    )
    op.create_table('event_series',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('week', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('until', Day(), nullable=True),
    sa.Column('host_id', Id(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('week BETWEEN 0 AND 5', name=op.f('ck_event_series_week')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_event_series_weekday')),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_event_series_region_id_event_id')),
    sa.ForeignKeyConstraint(['region_id', 'host_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_event_series_region_id_host_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_event_series_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_series')),
    sa.UniqueConstraint('key', name=op.f('uq_event_series_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_event_series_region_id_id')),
    sqlite_strict=True
    )
    op.create_table('late_upload',
    sa.Column('event_id', Id(), autoincrement=False, nullable=False),
    sa.Column('device_hash', sa.Text(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_late_upload_region_id_event_id')),
    sa.PrimaryKeyConstraint('event_id', 'device_hash', name=op.f('pk_late_upload')),
    sqlite_strict=True
    )
    op.create_table('opening_hours',
    sa.Column('place_id', Id(), autoincrement=False, nullable=False),
    sa.Column('weekday', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('opens', sa.Text(), nullable=False),
    sa.Column('closes', sa.Text(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.CheckConstraint('closes > opens', name=op.f('ck_opening_hours_period')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_opening_hours_weekday')),
    sa.ForeignKeyConstraint(['region_id', 'place_id'], ['place.region_id', 'place.id'], name=op.f('fk_opening_hours_region_id_place_id')),
    sa.PrimaryKeyConstraint('place_id', 'weekday', 'opens', name=op.f('pk_opening_hours')),
    sqlite_strict=True
    )
    op.create_table('place_visit',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('place_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=True),
    sa.Column('visit_hash', sa.Text(), nullable=True),
    sa.Column('day', Day(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_place_visit_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'place_id'], ['place.region_id', 'place.id'], name=op.f('fk_place_visit_region_id_place_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_place_visit_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_place_visit')),
    sa.UniqueConstraint('key', name=op.f('uq_place_visit_key')),
    sa.UniqueConstraint('place_id', 'day', 'membership_id', name=op.f('uq_place_visit_place_id_day_membership_id')),
    sa.UniqueConstraint('place_id', 'day', 'visit_hash', name=op.f('uq_place_visit_place_id_day_visit_hash')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_place_visit_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_place_visit_membership_id', 'place_visit', ['membership_id'], unique=False)
    op.create_table('sign_up',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=True),
    sa.Column('visit_hash', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('contact', sa.Text(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('children', sa.Integer(), nullable=False),
    sa.Column('answer_1', sa.Text(), nullable=False),
    sa.Column('answer_2', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('promoted_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('called_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("state IN ('going', 'waiting', 'invited', 'declined', 'cancelled', 'arrived')", name=op.f('ck_sign_up_state')),
    sa.CheckConstraint('children BETWEEN 0 AND people - 1', name=op.f('ck_sign_up_children')),
    sa.CheckConstraint('people BETWEEN 1 AND 20', name=op.f('ck_sign_up_people')),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_sign_up_region_id_event_id')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_sign_up_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_sign_up_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_up')),
    sa.UniqueConstraint('key', name=op.f('uq_sign_up_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_sign_up_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_sign_up_event_id_state', 'sign_up', ['event_id', 'state'], unique=False)
    op.create_index('ix_sign_up_membership_id', 'sign_up', ['membership_id'], unique=False)
    op.create_index('uq_sign_up_once', 'sign_up', ['event_id', 'membership_id'], unique=True, sqlite_where=sa.text("state NOT IN ('cancelled')"), postgresql_where=sa.text("state NOT IN ('cancelled')"))
    op.create_index('uq_sign_up_phone', 'sign_up', ['event_id', 'visit_hash'], unique=True, sqlite_where=sa.text("state NOT IN ('cancelled')"), postgresql_where=sa.text("state NOT IN ('cancelled')"))
    op.create_table('feeling',
    sa.Column('check_in_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('answer', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('answer BETWEEN 1 AND 3', name=op.f('ck_feeling_answer')),
    sa.ForeignKeyConstraint(['region_id', 'check_in_id'], ['check_in.region_id', 'check_in.id'], name=op.f('fk_feeling_region_id_check_in_id')),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_feeling_region_id_event_id')),
    sa.PrimaryKeyConstraint('check_in_id', name=op.f('pk_feeling')),
    sqlite_strict=True
    )
    op.create_index('ix_feeling_event_id', 'feeling', ['event_id'], unique=False)
    op.create_table('late_arrival',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=True),
    sa.Column('nickname', sa.Text(), nullable=False),
    sa.Column('companions', sa.Integer(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('visit_hash', sa.Text(), nullable=True),
    sa.Column('said_at', UtcDateTime(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('check_in_id', Id(), nullable=True),
    sa.CheckConstraint("reason IN ('delay', 'old_code', 'many', 'closed')", name=op.f('ck_late_arrival_reason')),
    sa.CheckConstraint("way IN ('poster', 'rotating', 'card', 'name', 'paper', 'outbox')", name=op.f('ck_late_arrival_way')),
    sa.CheckConstraint('check_in_id IS NULL OR decided_at IS NOT NULL', name=op.f('ck_late_arrival_decided')),
    sa.CheckConstraint('companions BETWEEN 0 AND 20', name=op.f('ck_late_arrival_companions')),
    sa.ForeignKeyConstraint(['region_id', 'check_in_id'], ['check_in.region_id', 'check_in.id'], name=op.f('fk_late_arrival_region_id_check_in_id')),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_late_arrival_region_id_event_id')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_late_arrival_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_late_arrival_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_late_arrival')),
    sa.UniqueConstraint('key', name=op.f('uq_late_arrival_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_late_arrival_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_late_arrival_event_id', 'late_arrival', ['event_id'], unique=False)
    op.create_table('series_day',
    sa.Column('series_id', Id(), autoincrement=False, nullable=False),
    sa.Column('day', Day(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_series_day_region_id_event_id')),
    sa.ForeignKeyConstraint(['region_id', 'series_id'], ['event_series.region_id', 'event_series.id'], name=op.f('fk_series_day_region_id_series_id')),
    sa.PrimaryKeyConstraint('series_id', 'day', name=op.f('pk_series_day')),
    sa.UniqueConstraint('event_id', name=op.f('uq_series_day_event_id')),
    sqlite_strict=True
    )
    for table, column in NEW_COLUMNS:
        op.execute(f'ALTER TABLE {table} ADD COLUMN {column}')
    op.add_column('redemption', sa.Column('noted_on', Day(), nullable=True))
    op.add_column('shop', sa.Column('withdrawn_at', UtcDateTime(), nullable=True))
    _purposes('event', 'shop', 'place')
    guard(op.get_bind())


def downgrade() -> None:
    op.execute("DELETE FROM public_code WHERE purpose = 'place'")
    _purposes('event', 'shop')
    op.drop_column('shop', 'withdrawn_at')
    op.drop_column('redemption', 'noted_on')
    for table, column in reversed(NEW_COLUMNS):
        op.drop_column(table, column.split()[0])
    op.drop_table('series_day')
    op.drop_index('ix_late_arrival_event_id', table_name='late_arrival')
    op.drop_table('late_arrival')
    op.drop_index('ix_feeling_event_id', table_name='feeling')
    op.drop_table('feeling')
    op.drop_index('uq_sign_up_phone', table_name='sign_up', sqlite_where=sa.text("state NOT IN ('cancelled')"), postgresql_where=sa.text("state NOT IN ('cancelled')"))
    op.drop_index('uq_sign_up_once', table_name='sign_up', sqlite_where=sa.text("state NOT IN ('cancelled')"), postgresql_where=sa.text("state NOT IN ('cancelled')"))
    op.drop_index('ix_sign_up_membership_id', table_name='sign_up')
    op.drop_index('ix_sign_up_event_id_state', table_name='sign_up')
    op.drop_table('sign_up')
    op.drop_index('ix_place_visit_membership_id', table_name='place_visit')
    op.drop_table('place_visit')
    op.drop_table('opening_hours')
    op.drop_table('late_upload')
    op.drop_table('event_series')
    op.drop_table('code_step')
    op.drop_table('closed_day')
    op.drop_table('card_use')
    op.drop_table('place')
    op.drop_index('ix_change_region_id_decided_at', table_name='change')
    op.drop_table('change')
    op.drop_index('uq_card_live', table_name='card', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_table('card')
    op.drop_table('event_template')
    guard(op.get_bind())


def _purposes(*purposes: str) -> None:
    """What a public code may lead to. SQLite changes no check, so there the table is copied; nothing refers to it."""
    check = f"purpose IN {purposes}"
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f('ck_public_code_purpose'), 'public_code', type_='check')
        op.create_check_constraint(op.f('ck_public_code_purpose'), 'public_code', check)
        return
    op.drop_index('ix_public_code_subject', table_name='public_code')
    op.rename_table('public_code', 'public_code_old')
    op.create_table('public_code',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('subject_id', Id(), nullable=False),
    sa.CheckConstraint(check, name=op.f('ck_public_code_purpose')),
    sa.CheckConstraint('length(code) = 8', name=op.f('ck_public_code_length')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_public_code_region_id')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_public_code')),
    sqlite_strict=True
    )
    op.execute('INSERT INTO public_code (code, region_id, purpose, subject_id) '
               'SELECT code, region_id, purpose, subject_id FROM public_code_old')
    op.drop_table('public_code_old')
    op.create_index('ix_public_code_subject', 'public_code', ['purpose', 'subject_id'], unique=False)

"""hours and projects."""

import sqlalchemy as sa
from alembic import op

from app.db import Day, Flag, Id, UtcDateTime
from app.guards import guard

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

NEW_COLUMNS = (
    ('region', "hour_value_yen INTEGER CONSTRAINT ck_region_hour_value_yen "
               "CHECK (hour_value_yen IS NULL OR hour_value_yen > 0)"),
    ('region', "hour_value_source TEXT DEFAULT '' NOT NULL"),
)  # a check that comes with its column needs no copy of the table on SQLite


def upgrade() -> None:
    op.create_table('indicator',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('about_en', sa.Text(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('unit_en', sa.Text(), nullable=False),
    sa.Column('decimals', sa.Integer(), nullable=False),
    sa.Column('target', sa.Integer(), nullable=True),
    sa.Column('target_on', Day(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("field IN ('environment', 'education', 'economy', 'energy', 'resources', 'welfare', 'governance', 'other')", name=op.f('ck_indicator_field')),
    sa.CheckConstraint('(target IS NULL) = (target_on IS NULL)', name=op.f('ck_indicator_target')),
    sa.CheckConstraint('decimals BETWEEN 0 AND 3', name=op.f('ck_indicator_decimals')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_indicator_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_indicator_region_id_id')),
    sa.UniqueConstraint('region_id', 'name', name=op.f('uq_indicator_region_id_name')),
    sqlite_strict=True
    )
    op.create_table('ladder_step',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('activities', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.CheckConstraint('activities > 0', name=op.f('ck_ladder_step_activities')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_ladder_step_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ladder_step')),
    sa.UniqueConstraint('region_id', 'activities', name=op.f('uq_ladder_step_region_id_activities')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_ladder_step_region_id_id')),
    sqlite_strict=True
    )
    op.create_table('consent',
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('part', sa.Text(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('given_at', UtcDateTime(), nullable=False),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("part IN ('board', 'evidence')", name=op.f('ck_consent_part')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_consent_region_id_membership_id')),
    sa.PrimaryKeyConstraint('membership_id', 'part', name=op.f('pk_consent')),
    sqlite_strict=True
    )
    op.create_table('hours_day',
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('day', Day(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.CheckConstraint('minutes BETWEEN 0 AND 720', name=op.f('ck_hours_day_minutes')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_hours_day_region_id_membership_id')),
    sa.PrimaryKeyConstraint('membership_id', 'day', name=op.f('pk_hours_day')),
    sqlite_strict=True
    )
    op.create_table('indicator_value',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('indicator_id', Id(), nullable=False),
    sa.Column('day', Day(), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.Column('estimated', Flag(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('entered_by_id', Id(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('length(source) > 0', name=op.f('ck_indicator_value_source')),
    sa.ForeignKeyConstraint(['region_id', 'entered_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_indicator_value_region_id_entered_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'indicator_id'], ['indicator.region_id', 'indicator.id'], name=op.f('fk_indicator_value_region_id_indicator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator_value')),
    sa.UniqueConstraint('key', name=op.f('uq_indicator_value_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_indicator_value_region_id_id')),
    sqlite_strict=True
    )
    op.create_table('project',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('wish', sa.Text(), nullable=False),
    sa.Column('wish_en', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('decides', sa.Text(), nullable=False),
    sa.Column('decides_note', sa.Text(), nullable=False),
    sa.Column('client', sa.Text(), nullable=False),
    sa.Column('programme_id', Id(), nullable=True),
    sa.Column('how_to', sa.Text(), nullable=False),
    sa.Column('designated', Flag(), nullable=False),
    sa.Column('lead_id', Id(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('active_at', UtcDateTime(), nullable=False),
    sa.Column('resting_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('trial_hypothesis', sa.Text(), nullable=False),
    sa.Column('trial_measure', sa.Text(), nullable=False),
    sa.Column('trial_ends_on', Day(), nullable=True),
    sa.Column('trial_result', sa.Text(), nullable=True),
    sa.Column('trial_learned', sa.Text(), nullable=False),
    sa.Column('use', sa.Text(), nullable=False),
    sa.Column('cost_yen', sa.Integer(), nullable=True),
    sa.Column('review_on', Day(), nullable=True),
    sa.Column('result_whose', sa.Text(), nullable=False),
    sa.Column('result_what', sa.Text(), nullable=False),
    sa.Column('result_how', sa.Text(), nullable=False),
    sa.Column('voice', sa.Text(), nullable=False),
    sa.Column('voice_of', sa.Text(), nullable=False),
    sa.Column('result_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("decides IN ('talk', 'majority', 'lead')", name=op.f('ck_project_decides')),
    sa.CheckConstraint("field IN ('environment', 'education', 'economy', 'energy', 'resources', 'welfare', 'governance', 'other')", name=op.f('ck_project_field')),
    sa.CheckConstraint("kind IN ('residents', 'friends', 'mutual_aid', 'service')", name=op.f('ck_project_kind')),
    sa.CheckConstraint("trial_result IS NULL OR trial_result IN ('continue', 'change', 'stop')", name=op.f('ck_project_trial_result')),
    sa.CheckConstraint('cost_yen IS NULL OR cost_yen >= 0', name=op.f('ck_project_cost_yen')),
    sa.ForeignKeyConstraint(['region_id', 'lead_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_project_region_id_lead_id')),
    sa.ForeignKeyConstraint(['region_id', 'programme_id'], ['programme.region_id', 'programme.id'], name=op.f('fk_project_region_id_programme_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_project_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project')),
    sa.UniqueConstraint('key', name=op.f('uq_project_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_project_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_project_region_id_active_at', 'project', ['region_id', 'active_at'], unique=False)
    op.create_table('budget_request',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('project_id', Id(), nullable=False),
    sa.Column('amount_yen', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('asked_by_id', Id(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f('ck_budget_request_decided')),
    sa.CheckConstraint("state IN ('waiting', 'granted', 'refused', 'withdrawn')", name=op.f('ck_budget_request_state')),
    sa.CheckConstraint('amount_yen > 0', name=op.f('ck_budget_request_amount_yen')),
    sa.ForeignKeyConstraint(['region_id', 'asked_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_budget_request_region_id_asked_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_budget_request_region_id_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_request')),
    sa.UniqueConstraint('key', name=op.f('uq_budget_request_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_budget_request_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('uq_budget_request_live', 'budget_request', ['project_id'], unique=True, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
    op.create_table('hours_entry',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('activity', sa.Text(), nullable=False),
    sa.Column('event_id', Id(), nullable=True),
    sa.Column('project_id', Id(), nullable=True),
    sa.Column('day', Day(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('paid', Flag(), nullable=False),
    sa.Column('with_id', Id(), nullable=True),
    sa.Column('with_names', sa.Text(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reversed', Flag(), nullable=False),
    sa.Column('reverses_id', Id(), nullable=True),
    sa.Column('entered_by_id', Id(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('confirmed_by_id', Id(), nullable=True),
    sa.Column('confirmed_as', sa.Text(), nullable=False),
    sa.Column('confirmed_at', UtcDateTime(), nullable=True),
    sa.Column('returned_by_id', Id(), nullable=True),
    sa.Column('returned_at', UtcDateTime(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name=op.f('ck_hours_entry_confirmed')),
    sa.CheckConstraint("field IN ('environment', 'education', 'economy', 'energy', 'resources', 'welfare', 'governance', 'other')", name=op.f('ck_hours_entry_field')),
    sa.CheckConstraint("place IN ('onsite', 'remote')", name=op.f('ck_hours_entry_place')),
    sa.CheckConstraint("state IN ('waiting', 'confirmed', 'returned', 'withdrawn')", name=op.f('ck_hours_entry_state')),
    sa.CheckConstraint("way <> 'proxy' OR confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name=op.f('ck_hours_entry_typed')),
    sa.CheckConstraint("way IN ('event', 'phone', 'proxy', 'correction')", name=op.f('ck_hours_entry_way')),
    sa.CheckConstraint('(minutes < 0) = (reverses_id IS NOT NULL)', name=op.f('ck_hours_entry_reverses')),
    sa.CheckConstraint('confirmed_by_id IS NULL OR minutes < 0 OR confirmed_by_id <> membership_id', name=op.f('ck_hours_entry_own')),
    sa.CheckConstraint('minutes BETWEEN -720 AND 720 AND minutes <> 0', name=op.f('ck_hours_entry_minutes')),
    sa.CheckConstraint('with_id IS NULL OR with_id <> membership_id', name=op.f('ck_hours_entry_with_oneself')),
    sa.ForeignKeyConstraint(['region_id', 'confirmed_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_hours_entry_region_id_confirmed_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'entered_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_hours_entry_region_id_entered_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_hours_entry_region_id_event_id')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_hours_entry_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_hours_entry_region_id_project_id')),
    sa.ForeignKeyConstraint(['region_id', 'reverses_id'], ['hours_entry.region_id', 'hours_entry.id'], name=op.f('fk_hours_entry_region_id_reverses_id')),
    sa.ForeignKeyConstraint(['region_id', 'with_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_hours_entry_region_id_with_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_hours_entry_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hours_entry')),
    sa.UniqueConstraint('key', name=op.f('uq_hours_entry_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_hours_entry_region_id_id')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_hours_entry_reverses_id')),
    sqlite_strict=True
    )
    op.create_index('ix_hours_entry_event_id', 'hours_entry', ['event_id'], unique=False)
    op.create_index('ix_hours_entry_membership_id_day', 'hours_entry', ['membership_id', 'day'], unique=False)
    op.create_index('ix_hours_entry_project_id_day', 'hours_entry', ['project_id', 'day'], unique=False)
    op.create_index('ix_hours_entry_region_id_day', 'hours_entry', ['region_id', 'day'], unique=False)
    op.create_index('ix_hours_entry_waiting', 'hours_entry', ['region_id', 'day'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
    op.create_index('uq_hours_entry_activity', 'hours_entry', ['membership_id', 'activity'], unique=True, sqlite_where=sa.text("minutes > 0 AND NOT reversed AND state <> 'withdrawn'"), postgresql_where=sa.text("minutes > 0 AND NOT reversed AND state <> 'withdrawn'"))
    op.create_table('log_entry',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('project_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('photo', sa.Text(), nullable=False),
    sa.Column('photo_words', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('removed_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_log_entry_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_log_entry_region_id_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_entry')),
    sa.UniqueConstraint('key', name=op.f('uq_log_entry_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_log_entry_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_log_entry_project_id_at', 'log_entry', ['project_id', 'at'], unique=False)
    op.create_table('project_event',
    sa.Column('event_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('project_id', Id(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_project_event_region_id_event_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_project_event_region_id_project_id')),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_project_event')),
    sqlite_strict=True
    )
    op.create_index('ix_project_event_project_id', 'project_event', ['project_id'], unique=False)
    op.create_table('project_member',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('project_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('joined_at', UtcDateTime(), nullable=False),
    sa.Column('left_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_project_member_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_project_member_region_id_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_member')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_project_member_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_project_member_membership_id', 'project_member', ['membership_id'], unique=False)
    op.create_index('uq_project_member_once', 'project_member', ['project_id', 'membership_id'], unique=True, sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))
    op.create_table('rota',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('project_id', Id(), nullable=True),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('made_by_id', Id(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['region_id', 'made_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_rota_region_id_made_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_rota_region_id_project_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_rota_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rota')),
    sa.UniqueConstraint('key', name=op.f('uq_rota_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_rota_region_id_id')),
    sqlite_strict=True
    )
    op.create_table('task',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('project_id', Id(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('skills', sa.Text(), nullable=False),
    sa.Column('remote', Flag(), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('due_on', Day(), nullable=True),
    sa.Column('taken_by_id', Id(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("kind IN ('role', 'task')", name=op.f('ck_task_kind')),
    sa.CheckConstraint('places > 0', name=op.f('ck_task_places')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_task_region_id_project_id')),
    sa.ForeignKeyConstraint(['region_id', 'taken_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_task_region_id_taken_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task')),
    sa.UniqueConstraint('key', name=op.f('uq_task_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_task_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_task_project_id', 'task', ['project_id'], unique=False)
    op.create_index('ix_task_region_id_remote', 'task', ['region_id', 'remote'], unique=False)
    op.create_table('thanks',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('from_id', Id(), nullable=False),
    sa.Column('to_id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=True),
    sa.Column('project_id', Id(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.Column('hidden_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('from_id <> to_id', name=op.f('ck_thanks_to_oneself')),
    sa.CheckConstraint('length(words) BETWEEN 1 AND 200', name=op.f('ck_thanks_words')),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_thanks_region_id_event_id')),
    sa.ForeignKeyConstraint(['region_id', 'from_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_thanks_region_id_from_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_thanks_region_id_project_id')),
    sa.ForeignKeyConstraint(['region_id', 'to_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_thanks_region_id_to_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_thanks_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thanks')),
    sa.UniqueConstraint('key', name=op.f('uq_thanks_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_thanks_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_thanks_from_id_at', 'thanks', ['from_id', 'at'], unique=False)
    op.create_index('ix_thanks_region_id_at', 'thanks', ['region_id', 'at'], unique=False)
    op.create_index('ix_thanks_to_id_at', 'thanks', ['to_id', 'at'], unique=False)
    op.create_table('budget_answer',
    sa.Column('request_id', Id(), autoincrement=False, nullable=False),
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('agrees', Flag(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_budget_answer_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'request_id'], ['budget_request.region_id', 'budget_request.id'], name=op.f('fk_budget_answer_region_id_request_id')),
    sa.PrimaryKeyConstraint('request_id', 'membership_id', name=op.f('pk_budget_answer')),
    sqlite_strict=True
    )
    op.create_table('join_request',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('project_id', Id(), nullable=False),
    sa.Column('task_id', Id(), nullable=True),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answer_note', sa.Text(), nullable=False),
    sa.Column('answered_by_id', Id(), nullable=True),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("answer IS NULL OR answer IN ('yes', 'no')", name=op.f('ck_join_request_answer')),
    sa.CheckConstraint('(answer IS NULL) = (answered_at IS NULL)', name=op.f('ck_join_request_answered')),
    sa.ForeignKeyConstraint(['region_id', 'answered_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_join_request_region_id_answered_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_join_request_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_join_request_region_id_project_id')),
    sa.ForeignKeyConstraint(['region_id', 'task_id'], ['task.region_id', 'task.id'], name=op.f('fk_join_request_region_id_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_request')),
    sa.UniqueConstraint('key', name=op.f('uq_join_request_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_join_request_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_join_request_membership_id', 'join_request', ['membership_id'], unique=False)
    op.create_index('uq_join_request_live', 'join_request', ['project_id', 'membership_id'], unique=True, sqlite_where=sa.text('answered_at IS NULL AND withdrawn_at IS NULL'), postgresql_where=sa.text('answered_at IS NULL AND withdrawn_at IS NULL'))
    op.create_table('rota_slot',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('rota_id', Id(), nullable=False),
    sa.Column('day', Day(), nullable=False),
    sa.Column('begins', sa.Text(), nullable=False),
    sa.Column('ends', sa.Text(), nullable=False),
    sa.Column('needed', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('removed_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('ends > begins', name=op.f('ck_rota_slot_period')),
    sa.CheckConstraint('needed > 0', name=op.f('ck_rota_slot_needed')),
    sa.CheckConstraint('taken >= 0 AND taken <= needed', name=op.f('ck_rota_slot_taken')),
    sa.ForeignKeyConstraint(['region_id', 'rota_id'], ['rota.region_id', 'rota.id'], name=op.f('fk_rota_slot_region_id_rota_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rota_slot')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_rota_slot_region_id_id')),
    sa.UniqueConstraint('rota_id', 'day', 'begins', name=op.f('uq_rota_slot_rota_id_day_begins')),
    sqlite_strict=True
    )
    op.create_table('rota_turn',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('slot_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('from_id', Id(), nullable=True),
    sa.Column('taken_at', UtcDateTime(), nullable=False),
    sa.Column('swap_asked_at', UtcDateTime(), nullable=True),
    sa.Column('swap_words', sa.Text(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['region_id', 'from_id'], ['rota_turn.region_id', 'rota_turn.id'], name=op.f('fk_rota_turn_region_id_from_id')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_rota_turn_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'slot_id'], ['rota_slot.region_id', 'rota_slot.id'], name=op.f('fk_rota_turn_region_id_slot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rota_turn')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_rota_turn_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_rota_turn_membership_id', 'rota_turn', ['membership_id'], unique=False)
    op.create_index('uq_rota_turn_once', 'rota_turn', ['slot_id', 'membership_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.add_column('event', sa.Column('designated', Flag(), server_default=sa.false(), nullable=False))
    for table, column in NEW_COLUMNS:
        op.execute(f'ALTER TABLE {table} ADD COLUMN {column}')
    guard(op.get_bind())


def downgrade() -> None:
    op.drop_column('region', 'hour_value_source')
    op.drop_column('region', 'hour_value_yen')
    op.drop_column('event', 'designated')
    op.drop_index('uq_rota_turn_once', table_name='rota_turn', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index('ix_rota_turn_membership_id', table_name='rota_turn')
    op.drop_table('rota_turn')
    op.drop_table('rota_slot')
    op.drop_index('uq_join_request_live', table_name='join_request', sqlite_where=sa.text('answered_at IS NULL AND withdrawn_at IS NULL'), postgresql_where=sa.text('answered_at IS NULL AND withdrawn_at IS NULL'))
    op.drop_index('ix_join_request_membership_id', table_name='join_request')
    op.drop_table('join_request')
    op.drop_table('budget_answer')
    op.drop_index('ix_thanks_to_id_at', table_name='thanks')
    op.drop_index('ix_thanks_region_id_at', table_name='thanks')
    op.drop_index('ix_thanks_from_id_at', table_name='thanks')
    op.drop_table('thanks')
    op.drop_index('ix_task_region_id_remote', table_name='task')
    op.drop_index('ix_task_project_id', table_name='task')
    op.drop_table('task')
    op.drop_table('rota')
    op.drop_index('uq_project_member_once', table_name='project_member', sqlite_where=sa.text('left_at IS NULL'), postgresql_where=sa.text('left_at IS NULL'))
    op.drop_index('ix_project_member_membership_id', table_name='project_member')
    op.drop_table('project_member')
    op.drop_index('ix_project_event_project_id', table_name='project_event')
    op.drop_table('project_event')
    op.drop_index('ix_log_entry_project_id_at', table_name='log_entry')
    op.drop_table('log_entry')
    op.drop_index('uq_hours_entry_activity', table_name='hours_entry', sqlite_where=sa.text("minutes > 0 AND NOT reversed AND state <> 'withdrawn'"), postgresql_where=sa.text("minutes > 0 AND NOT reversed AND state <> 'withdrawn'"))
    op.drop_index('ix_hours_entry_waiting', table_name='hours_entry', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index('ix_hours_entry_region_id_day', table_name='hours_entry')
    op.drop_index('ix_hours_entry_project_id_day', table_name='hours_entry')
    op.drop_index('ix_hours_entry_membership_id_day', table_name='hours_entry')
    op.drop_index('ix_hours_entry_event_id', table_name='hours_entry')
    op.drop_table('hours_entry')
    op.drop_index('uq_budget_request_live', table_name='budget_request', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
    op.drop_table('budget_request')
    op.drop_index('ix_project_region_id_active_at', table_name='project')
    op.drop_table('project')
    op.drop_table('indicator_value')
    op.drop_table('hours_day')
    op.drop_table('consent')
    op.drop_table('ladder_step')
    op.drop_table('indicator')
    guard(op.get_bind())

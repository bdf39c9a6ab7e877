"""deciding."""

import re

import sqlalchemy as sa
from alembic import op

from app.db import Day, Flag, Id, UtcDateTime
from app.guards import guard

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

NEW_COLUMNS = (
    "support_needed INTEGER DEFAULT 5 NOT NULL CONSTRAINT ck_region_support_needed CHECK (support_needed > 0)",
    "support_hours INTEGER DEFAULT 0 NOT NULL CONSTRAINT ck_region_support_hours CHECK (support_hours >= 0)",
    "answer_days INTEGER DEFAULT 14 NOT NULL CONSTRAINT ck_region_answer_days CHECK (answer_days BETWEEN 1 AND 60)",
    "vote_days INTEGER DEFAULT 14 NOT NULL CONSTRAINT ck_region_vote_days CHECK (vote_days BETWEEN 1 AND 90)",
)  # a check that comes with its column needs no copy of the table on SQLite
BEFORE = "purpose IN ('event', 'shop', 'place')"
AFTER = "purpose IN ('event', 'shop', 'place', 'proposal', 'vote', 'poll')"


def upgrade() -> None:
    op.create_table('assembly',
    sa.Column('event_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('made_by_id', Id(), nullable=False),
    sa.Column('chair_id', Id(), nullable=True),
    sa.Column('writer_id', Id(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=True),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('opening_words', sa.Text(), nullable=False),
    sa.Column('closing_words', sa.Text(), nullable=False),
    sa.Column('agreed_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['region_id', 'chair_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_assembly_region_id_chair_id')),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_assembly_region_id_event_id')),
    sa.ForeignKeyConstraint(['region_id', 'made_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_assembly_region_id_made_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'writer_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_assembly_region_id_writer_id')),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_assembly')),
    sa.UniqueConstraint('key', name=op.f('uq_assembly_key')),
    sa.UniqueConstraint('region_id', 'event_id', name=op.f('uq_assembly_region_id_event_id')),
    sqlite_strict=True
    )
    op.create_table('expense',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('project_id', Id(), nullable=False),
    sa.Column('on_day', Day(), nullable=False),
    sa.Column('amount_yen', sa.Integer(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('by_id', Id(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('reverses_id', Id(), nullable=True),
    sa.CheckConstraint("document <> ''", name=op.f('ck_expense_document')),
    sa.CheckConstraint('(amount_yen < 0) = (reverses_id IS NOT NULL)', name=op.f('ck_expense_reverses')),
    sa.CheckConstraint('amount_yen <> 0', name=op.f('ck_expense_amount_yen')),
    sa.ForeignKeyConstraint(['region_id', 'by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_expense_region_id_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_expense_region_id_project_id')),
    sa.ForeignKeyConstraint(['region_id', 'reverses_id'], ['expense.region_id', 'expense.id'], name=op.f('fk_expense_region_id_reverses_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense')),
    sa.UniqueConstraint('key', name=op.f('uq_expense_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_expense_region_id_id')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_expense_reverses_id')),
    sqlite_strict=True
    )
    op.create_index('ix_expense_project_id', 'expense', ['project_id'], unique=False)
    op.create_table('poll',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('asked_by_id', Id(), nullable=False),
    sa.Column('project_id', Id(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('closes_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('chosen_number', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('quick', 'dates')", name=op.f('ck_poll_kind')),
    sa.CheckConstraint('closes_at > created_at', name=op.f('ck_poll_closes_at')),
    sa.ForeignKeyConstraint(['region_id', 'asked_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_poll_region_id_asked_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_poll_region_id_project_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_poll_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_poll')),
    sa.UniqueConstraint('code', name=op.f('uq_poll_code')),
    sa.UniqueConstraint('key', name=op.f('uq_poll_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_poll_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_poll_region_id_closes_at', 'poll', ['region_id', 'closes_at'], unique=False)
    op.create_table('proposal',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('proposer_id', Id(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('wish', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('own_part', sa.Text(), nullable=False),
    sa.Column('region_part', sa.Text(), nullable=False),
    sa.Column('others_part', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('cost_yen', sa.Integer(), nullable=True),
    sa.Column('cost_note', sa.Text(), nullable=False),
    sa.Column('decider', sa.Text(), nullable=False),
    sa.Column('decider_note', sa.Text(), nullable=False),
    sa.Column('first_steps', sa.Text(), nullable=False),
    sa.Column('project_id', Id(), nullable=True),
    sa.Column('support_needed', sa.Integer(), nullable=False),
    sa.Column('support_hours', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('published_at', UtcDateTime(), nullable=True),
    sa.Column('talk_at', UtcDateTime(), nullable=True),
    sa.Column('vote_at', UtcDateTime(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('passed', Flag(), nullable=True),
    sa.Column('reported_at', UtcDateTime(), nullable=True),
    sa.Column('rested_at', UtcDateTime(), nullable=True),
    sa.Column('rested_why', sa.Text(), nullable=False),
    sa.Column('report', sa.Text(), nullable=False),
    sa.Column('report_next', sa.Text(), nullable=False),
    sa.CheckConstraint("(stage = 'draft') = (published_at IS NULL)", name=op.f('ck_proposal_published')),
    sa.CheckConstraint("decider IN ('members', 'office', 'city', 'company', 'group')", name=op.f('ck_proposal_decider')),
    sa.CheckConstraint("field IN ('environment', 'education', 'economy', 'energy', 'resources', 'welfare', 'governance', 'other')", name=op.f('ck_proposal_field')),
    sa.CheckConstraint("stage IN ('draft', 'support', 'talk', 'vote', 'doing', 'reported', 'rested')", name=op.f('ck_proposal_stage')),
    sa.CheckConstraint('cost_yen IS NULL OR cost_yen >= 0', name=op.f('ck_proposal_cost_yen')),
    sa.CheckConstraint('support_needed >= 0 AND support_hours >= 0', name=op.f('ck_proposal_support')),
    sa.CheckConstraint('version > 0', name=op.f('ck_proposal_version')),
    sa.ForeignKeyConstraint(['region_id', 'project_id'], ['project.region_id', 'project.id'], name=op.f('fk_proposal_region_id_project_id')),
    sa.ForeignKeyConstraint(['region_id', 'proposer_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_proposal_region_id_proposer_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_proposal_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal')),
    sa.UniqueConstraint('code', name=op.f('uq_proposal_code')),
    sa.UniqueConstraint('key', name=op.f('uq_proposal_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_proposal_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_proposal_region_id_stage', 'proposal', ['region_id', 'stage'], unique=False)
    op.create_table('opinion',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('proposal_id', Id(), nullable=True),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('addressee', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('due_on', Day(), nullable=True),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('hidden_at', UtcDateTime(), nullable=True),
    sa.Column('hidden_why', sa.Text(), nullable=False),
    sa.CheckConstraint("(kind = 'good') = (due_on IS NULL)", name=op.f('ck_opinion_due_on')),
    sa.CheckConstraint("addressee IN ('authors', 'office', 'city')", name=op.f('ck_opinion_addressee')),
    sa.CheckConstraint("kind IN ('good', 'worry', 'question', 'against')", name=op.f('ck_opinion_kind')),
    sa.CheckConstraint("proposal_id IS NOT NULL OR addressee <> 'authors'", name=op.f('ck_opinion_authors')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_opinion_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'proposal_id'], ['proposal.region_id', 'proposal.id'], name=op.f('fk_opinion_region_id_proposal_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_opinion_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinion')),
    sa.UniqueConstraint('key', name=op.f('uq_opinion_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_opinion_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_opinion_membership_id', 'opinion', ['membership_id'], unique=False)
    op.create_index('ix_opinion_proposal_id', 'opinion', ['proposal_id'], unique=False)
    op.create_index('ix_opinion_region_id_at', 'opinion', ['region_id', 'at'], unique=False)
    op.create_table('poll_option',
    sa.Column('poll_id', Id(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=True),
    sa.Column('ends_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("words <> '' OR starts_at IS NOT NULL", name=op.f('ck_poll_option_said')),
    sa.CheckConstraint('ends_at IS NULL OR ends_at > starts_at', name=op.f('ck_poll_option_ends_at')),
    sa.CheckConstraint('number > 0', name=op.f('ck_poll_option_number')),
    sa.ForeignKeyConstraint(['region_id', 'poll_id'], ['poll.region_id', 'poll.id'], name=op.f('fk_poll_option_region_id_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', 'number', name=op.f('pk_poll_option')),
    sa.UniqueConstraint('region_id', 'poll_id', 'number', name=op.f('uq_poll_option_region_id_poll_id_number')),
    sqlite_strict=True
    )
    op.create_table('proposal_author',
    sa.Column('proposal_id', Id(), autoincrement=False, nullable=False),
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('accepted_at', UtcDateTime(), nullable=True),
    sa.Column('left_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('accepted_at IS NULL OR left_at IS NULL OR left_at >= accepted_at', name=op.f('ck_proposal_author_order')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_proposal_author_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'proposal_id'], ['proposal.region_id', 'proposal.id'], name=op.f('fk_proposal_author_region_id_proposal_id')),
    sa.PrimaryKeyConstraint('proposal_id', 'membership_id', name=op.f('pk_proposal_author')),
    sqlite_strict=True
    )
    op.create_index('ix_proposal_author_membership_id', 'proposal_author', ['membership_id'], unique=False)
    op.create_table('proposal_seen',
    sa.Column('proposal_id', Id(), autoincrement=False, nullable=False),
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("stage IN ('draft', 'support', 'talk', 'vote', 'doing', 'reported', 'rested')", name=op.f('ck_proposal_seen_stage')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_proposal_seen_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'proposal_id'], ['proposal.region_id', 'proposal.id'], name=op.f('fk_proposal_seen_region_id_proposal_id')),
    sa.PrimaryKeyConstraint('proposal_id', 'membership_id', name=op.f('pk_proposal_seen')),
    sqlite_strict=True
    )
    op.create_table('proposal_support',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('proposal_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('points BETWEEN 1 AND 2', name=op.f('ck_proposal_support_points')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_proposal_support_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'proposal_id'], ['proposal.region_id', 'proposal.id'], name=op.f('fk_proposal_support_region_id_proposal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_support')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_proposal_support_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_proposal_support_membership_id', 'proposal_support', ['membership_id'], unique=False)
    op.create_index('uq_proposal_support_once', 'proposal_support', ['proposal_id', 'membership_id'], unique=True, sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))
    op.create_table('proposal_version',
    sa.Column('proposal_id', Id(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('texts', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('by_id', Id(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_proposal_version_number')),
    sa.ForeignKeyConstraint(['region_id', 'by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_proposal_version_region_id_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'proposal_id'], ['proposal.region_id', 'proposal.id'], name=op.f('fk_proposal_version_region_id_proposal_id')),
    sa.PrimaryKeyConstraint('proposal_id', 'number', name=op.f('pk_proposal_version')),
    sqlite_strict=True
    )
    op.create_table('signatory',
    sa.Column('event_id', Id(), autoincrement=False, nullable=False),
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('signed_at', UtcDateTime(), nullable=True),
    sa.Column('minutes_hash', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['assembly.region_id', 'assembly.event_id'], name=op.f('fk_signatory_region_id_event_id')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_signatory_region_id_membership_id')),
    sa.PrimaryKeyConstraint('event_id', 'membership_id', name=op.f('pk_signatory')),
    sqlite_strict=True
    )
    op.create_index('ix_signatory_membership_id', 'signatory', ['membership_id'], unique=False)
    op.create_table('survey_line',
    sa.Column('proposal_id', Id(), autoincrement=False, nullable=False),
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_survey_line_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'proposal_id'], ['proposal.region_id', 'proposal.id'], name=op.f('fk_survey_line_region_id_proposal_id')),
    sa.PrimaryKeyConstraint('proposal_id', 'membership_id', name=op.f('pk_survey_line')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    op.create_table('survey_voice',
    sa.Column('proposal_id', Id(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('mood', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.CheckConstraint("mood IN ('good', 'unsure', 'worried')", name=op.f('ck_survey_voice_mood')),
    sa.ForeignKeyConstraint(['region_id', 'proposal_id'], ['proposal.region_id', 'proposal.id'], name=op.f('fk_survey_voice_region_id_proposal_id')),
    sa.PrimaryKeyConstraint('proposal_id', 'id', name=op.f('pk_survey_voice')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    op.create_table('vote',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('proposal_id', Id(), nullable=True),
    sa.Column('request_id', Id(), nullable=True),
    sa.Column('drafted_by_id', Id(), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('question_en', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('about_en', sa.Text(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('threshold', sa.Text(), nullable=False),
    sa.Column('quorum', sa.Text(), nullable=False),
    sa.Column('quorum_percent', sa.Integer(), nullable=False),
    sa.Column('objections', sa.Integer(), nullable=False),
    sa.Column('ties', sa.Text(), nullable=False),
    sa.Column('public_value', sa.Text(), nullable=False),
    sa.Column('effect', sa.Text(), nullable=False),
    sa.Column('electorate', sa.Text(), nullable=False),
    sa.Column('secrecy', sa.Text(), nullable=False),
    sa.Column('stage', sa.Integer(), nullable=False),
    sa.Column('decider', sa.Text(), nullable=False),
    sa.Column('first_steps', sa.Text(), nullable=False),
    sa.Column('budget_yen', sa.Integer(), nullable=True),
    sa.Column('moves', sa.Text(), nullable=True),
    sa.Column('opens_at', UtcDateTime(), nullable=False),
    sa.Column('closes_at', UtcDateTime(), nullable=False),
    sa.Column('reveals_at', UtcDateTime(), nullable=False),
    sa.Column('extension_days', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=True),
    sa.Column('roll_size', sa.Integer(), nullable=True),
    sa.Column('roll_residents', sa.Integer(), nullable=True),
    sa.Column('roll_friends', sa.Integer(), nullable=True),
    sa.Column('roll_hash', sa.Text(), nullable=True),
    sa.CheckConstraint("(budget_yen IS NOT NULL) = (method IN ('equal_shares', 'greedy'))", name=op.f('ck_vote_budget')),
    sa.CheckConstraint("effect IN ('ask', 'choose', 'decide')", name=op.f('ck_vote_effect')),
    sa.CheckConstraint("electorate IN ('residents', 'friends', 'both', 'double')", name=op.f('ck_vote_electorate')),
    sa.CheckConstraint("method IN ('yes_no', 'consent', 'choose_one', 'approval', 'schulze', 'irv', 'stv', 'score', 'star', 'equal_shares', 'greedy')", name=op.f('ck_vote_method')),
    sa.CheckConstraint("opened_at IS NULL OR (decider <> '' AND first_steps <> '')", name=op.f('ck_vote_promises')),
    sa.CheckConstraint("quorum IN ('none', 'approval', 'participation', 'attendance', 'objection')", name=op.f('ck_vote_quorum')),
    sa.CheckConstraint("secrecy IN ('open', 'usual', 'strong')", name=op.f('ck_vote_secrecy')),
    sa.CheckConstraint("ties IN ('lots_public', 'lots_witnessed')", name=op.f('ck_vote_ties')),
    sa.CheckConstraint('(opened_at IS NULL) = (roll_size IS NULL)', name=op.f('ck_vote_roll')),
    sa.CheckConstraint('budget_yen IS NULL OR budget_yen > 0', name=op.f('ck_vote_budget_yen')),
    sa.CheckConstraint('closes_at > opens_at AND reveals_at >= closes_at', name=op.f('ck_vote_times')),
    sa.CheckConstraint('extension_days BETWEEN 0 AND 60', name=op.f('ck_vote_extension_days')),
    sa.CheckConstraint('objections >= 0', name=op.f('ck_vote_objections')),
    sa.CheckConstraint('opened_at IS NULL OR opened_at <= closes_at', name=op.f('ck_vote_opened_at')),
    sa.CheckConstraint('quorum_percent BETWEEN 0 AND 100', name=op.f('ck_vote_quorum_percent')),
    sa.CheckConstraint('roll_size IS NULL OR roll_size = roll_residents + roll_friends', name=op.f('ck_vote_roll_size')),
    sa.CheckConstraint('seats > 0', name=op.f('ck_vote_seats')),
    sa.ForeignKeyConstraint(['region_id', 'drafted_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_vote_region_id_drafted_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'proposal_id'], ['proposal.region_id', 'proposal.id'], name=op.f('fk_vote_region_id_proposal_id')),
    sa.ForeignKeyConstraint(['region_id', 'request_id'], ['budget_request.region_id', 'budget_request.id'], name=op.f('fk_vote_region_id_request_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_vote_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vote')),
    sa.UniqueConstraint('code', name=op.f('uq_vote_code')),
    sa.UniqueConstraint('key', name=op.f('uq_vote_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_vote_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_vote_proposal_id', 'vote', ['proposal_id'], unique=False)
    op.create_index('ix_vote_region_id_closes_at', 'vote', ['region_id', 'closes_at'], unique=False)
    op.create_table('agenda_item',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('vote_id', Id(), nullable=True),
    sa.Column('begun_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('minutes', sa.Text(), nullable=False),
    sa.CheckConstraint("(kind = 'vote') = (vote_id IS NOT NULL)", name=op.f('ck_agenda_item_vote')),
    sa.CheckConstraint("kind IN ('report', 'vote', 'talk')", name=op.f('ck_agenda_item_kind')),
    sa.CheckConstraint('number > 0', name=op.f('ck_agenda_item_number')),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['assembly.region_id', 'assembly.event_id'], name=op.f('fk_agenda_item_region_id_event_id')),
    sa.ForeignKeyConstraint(['region_id', 'vote_id'], ['vote.region_id', 'vote.id'], name=op.f('fk_agenda_item_region_id_vote_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_item')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_agenda_item_event_id_number')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_agenda_item_region_id_id')),
    sa.UniqueConstraint('vote_id', name=op.f('uq_agenda_item_vote_id')),
    sqlite_strict=True
    )
    op.create_table('ballot',
    sa.Column('vote_id', Id(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('part', sa.Text(), nullable=False),
    sa.Column('choice', sa.Text(), nullable=False),
    sa.Column('key_hash', sa.Text(), nullable=True),
    sa.CheckConstraint("part IN ('resident', 'friend')", name=op.f('ck_ballot_part')),
    sa.CheckConstraint('length(id) = 32', name=op.f('ck_ballot_id')),
    sa.ForeignKeyConstraint(['region_id', 'vote_id'], ['vote.region_id', 'vote.id'], name=op.f('fk_ballot_region_id_vote_id')),
    sa.PrimaryKeyConstraint('vote_id', 'id', name=op.f('pk_ballot')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_ballot_key_hash')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    op.create_table('opinion_answer',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('opinion_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("role IN ('author', 'office', 'officer_desk')", name=op.f('ck_opinion_answer_role')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_opinion_answer_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'opinion_id'], ['opinion.region_id', 'opinion.id'], name=op.f('fk_opinion_answer_region_id_opinion_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinion_answer')),
    sa.UniqueConstraint('key', name=op.f('uq_opinion_answer_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_opinion_answer_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_opinion_answer_opinion_id', 'opinion_answer', ['opinion_id'], unique=False)
    op.create_table('paper_count',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('vote_id', Id(), nullable=False),
    sa.Column('part', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('ballots', sa.Text(), nullable=False),
    sa.Column('invalid', sa.Integer(), nullable=False),
    sa.Column('first_by_id', Id(), nullable=False),
    sa.Column('first_at', UtcDateTime(), nullable=False),
    sa.Column('second_by_id', Id(), nullable=True),
    sa.Column('accepted_at', UtcDateTime(), nullable=True),
    sa.Column('dropped_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("part IN ('resident', 'friend')", name=op.f('ck_paper_count_part')),
    sa.CheckConstraint('(accepted_at IS NULL) = (second_by_id IS NULL)', name=op.f('ck_paper_count_accepted')),
    sa.CheckConstraint('invalid >= 0', name=op.f('ck_paper_count_invalid')),
    sa.CheckConstraint('second_by_id IS NULL OR second_by_id <> first_by_id', name=op.f('ck_paper_count_two')),
    sa.ForeignKeyConstraint(['region_id', 'first_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_paper_count_region_id_first_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'second_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_paper_count_region_id_second_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'vote_id'], ['vote.region_id', 'vote.id'], name=op.f('fk_paper_count_region_id_vote_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_count')),
    sa.UniqueConstraint('key', name=op.f('uq_paper_count_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_paper_count_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_paper_count_vote_id', 'paper_count', ['vote_id'], unique=False)
    op.create_table('poll_answer',
    sa.Column('poll_id', Id(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('mark', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("mark IN ('yes', 'maybe', 'no')", name=op.f('ck_poll_answer_mark')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_poll_answer_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'poll_id', 'number'], ['poll_option.region_id', 'poll_option.poll_id', 'poll_option.number'], name=op.f('fk_poll_answer_region_id_poll_id_number')),
    sa.PrimaryKeyConstraint('poll_id', 'number', 'membership_id', name=op.f('pk_poll_answer')),
    sqlite_strict=True
    )
    op.create_index('ix_poll_answer_membership_id', 'poll_answer', ['membership_id'], unique=False)
    op.create_table('proxy',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('vote_id', Id(), nullable=True),
    sa.Column('event_id', Id(), nullable=True),
    sa.Column('giver_id', Id(), nullable=False),
    sa.Column('holder_id', Id(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('entered_by_id', Id(), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("(way = 'paper') = (entered_by_id IS NOT NULL)", name=op.f('ck_proxy_entered_by')),
    sa.CheckConstraint("way IN ('phone', 'paper')", name=op.f('ck_proxy_way')),
    sa.CheckConstraint('(vote_id IS NULL) <> (event_id IS NULL)', name=op.f('ck_proxy_what')),
    sa.CheckConstraint('giver_id <> holder_id', name=op.f('ck_proxy_self')),
    sa.ForeignKeyConstraint(['region_id', 'entered_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_proxy_region_id_entered_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_proxy_region_id_event_id')),
    sa.ForeignKeyConstraint(['region_id', 'giver_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_proxy_region_id_giver_id')),
    sa.ForeignKeyConstraint(['region_id', 'holder_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_proxy_region_id_holder_id')),
    sa.ForeignKeyConstraint(['region_id', 'vote_id'], ['vote.region_id', 'vote.id'], name=op.f('fk_proxy_region_id_vote_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proxy')),
    sa.UniqueConstraint('key', name=op.f('uq_proxy_key')),
    sqlite_strict=True
    )
    op.create_index('ix_proxy_giver_id', 'proxy', ['giver_id'], unique=False)
    op.create_index('ix_proxy_holder_id', 'proxy', ['holder_id'], unique=False)
    op.create_table('roll_line',
    sa.Column('vote_id', Id(), autoincrement=False, nullable=False),
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('part', sa.Text(), nullable=False),
    sa.CheckConstraint("part IN ('resident', 'friend')", name=op.f('ck_roll_line_part')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_roll_line_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'vote_id'], ['vote.region_id', 'vote.id'], name=op.f('fk_roll_line_region_id_vote_id')),
    sa.PrimaryKeyConstraint('vote_id', 'membership_id', name=op.f('pk_roll_line')),
    sa.UniqueConstraint('region_id', 'vote_id', 'membership_id', name=op.f('uq_roll_line_region_id_vote_id_membership_id')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    op.create_index('ix_roll_line_membership_id', 'roll_line', ['membership_id'], unique=False)
    op.create_table('vote_closure',
    sa.Column('vote_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('present', sa.Integer(), nullable=True),
    sa.Column('written', sa.Integer(), nullable=True),
    sa.Column('proxies', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['region_id', 'vote_id'], ['vote.region_id', 'vote.id'], name=op.f('fk_vote_closure_region_id_vote_id')),
    sa.PrimaryKeyConstraint('vote_id', name=op.f('pk_vote_closure')),
    sqlite_strict=True
    )
    op.create_table('vote_extension',
    sa.Column('vote_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('until', UtcDateTime(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'vote_id'], ['vote.region_id', 'vote.id'], name=op.f('fk_vote_extension_region_id_vote_id')),
    sa.PrimaryKeyConstraint('vote_id', name=op.f('pk_vote_extension')),
    sqlite_strict=True
    )
    op.create_table('vote_lot',
    sa.Column('vote_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('drawn', sa.Text(), nullable=False),
    sa.Column('first_by_id', Id(), nullable=False),
    sa.Column('second_by_id', Id(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('second_by_id <> first_by_id', name=op.f('ck_vote_lot_two')),
    sa.ForeignKeyConstraint(['region_id', 'first_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_vote_lot_region_id_first_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'second_by_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_vote_lot_region_id_second_by_id')),
    sa.ForeignKeyConstraint(['region_id', 'vote_id'], ['vote.region_id', 'vote.id'], name=op.f('fk_vote_lot_region_id_vote_id')),
    sa.PrimaryKeyConstraint('vote_id', name=op.f('pk_vote_lot')),
    sqlite_strict=True
    )
    op.create_table('vote_option',
    sa.Column('vote_id', Id(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('cost_yen', sa.Integer(), nullable=True),
    sa.Column('request_id', Id(), nullable=True),
    sa.CheckConstraint("name <> ''", name=op.f('ck_vote_option_name')),
    sa.CheckConstraint('cost_yen IS NULL OR cost_yen > 0', name=op.f('ck_vote_option_cost_yen')),
    sa.CheckConstraint('number > 0', name=op.f('ck_vote_option_number')),
    sa.ForeignKeyConstraint(['region_id', 'request_id'], ['budget_request.region_id', 'budget_request.id'], name=op.f('fk_vote_option_region_id_request_id')),
    sa.ForeignKeyConstraint(['region_id', 'vote_id'], ['vote.region_id', 'vote.id'], name=op.f('fk_vote_option_region_id_vote_id')),
    sa.PrimaryKeyConstraint('vote_id', 'number', name=op.f('pk_vote_option')),
    sa.UniqueConstraint('vote_id', 'name', name=op.f('uq_vote_option_vote_id_name')),
    sqlite_strict=True
    )
    op.create_table('vote_result',
    sa.Column('vote_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('bundle', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('turnout', sa.Integer(), nullable=False),
    sa.Column('by_paper', sa.Integer(), nullable=False),
    sa.Column('by_proxy', sa.Integer(), nullable=False),
    sa.Column('invalid', sa.Integer(), nullable=False),
    sa.Column('funded', Flag(), nullable=False),
    sa.CheckConstraint("outcome IN ('passed', 'failed', 'no_quorum', 'chosen', 'asked')", name=op.f('ck_vote_result_outcome')),
    sa.ForeignKeyConstraint(['region_id', 'vote_id'], ['vote.region_id', 'vote.id'], name=op.f('fk_vote_result_region_id_vote_id')),
    sa.PrimaryKeyConstraint('vote_id', name=op.f('pk_vote_result')),
    sqlite_strict=True
    )
    op.create_table('assistance',
    sa.Column('vote_id', Id(), autoincrement=False, nullable=False),
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('helper_id', Id(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('on_day', Day(), nullable=False),
    sa.CheckConstraint('membership_id <> helper_id', name=op.f('ck_assistance_self')),
    sa.ForeignKeyConstraint(['region_id', 'helper_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_assistance_region_id_helper_id')),
    sa.ForeignKeyConstraint(['region_id', 'vote_id', 'membership_id'], ['roll_line.region_id', 'roll_line.vote_id', 'roll_line.membership_id'], name=op.f('fk_assistance_region_id_vote_id_membership_id')),
    sa.PrimaryKeyConstraint('vote_id', 'membership_id', name=op.f('pk_assistance')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    op.create_table('named_ballot',
    sa.Column('vote_id', Id(), autoincrement=False, nullable=False),
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('choice', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'vote_id', 'membership_id'], ['roll_line.region_id', 'roll_line.vote_id', 'roll_line.membership_id'], name=op.f('fk_named_ballot_region_id_vote_id_membership_id')),
    sa.PrimaryKeyConstraint('vote_id', 'membership_id', name=op.f('pk_named_ballot')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    op.create_table('used_line',
    sa.Column('vote_id', Id(), autoincrement=False, nullable=False),
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.CheckConstraint("way IN ('phone', 'assisted', 'paper', 'proxy')", name=op.f('ck_used_line_way')),
    sa.ForeignKeyConstraint(['region_id', 'vote_id', 'membership_id'], ['roll_line.region_id', 'roll_line.vote_id', 'roll_line.membership_id'], name=op.f('fk_used_line_region_id_vote_id_membership_id')),
    sa.PrimaryKeyConstraint('vote_id', 'membership_id', name=op.f('pk_used_line')),
    sa.UniqueConstraint('region_id', 'vote_id', 'membership_id', name=op.f('uq_used_line_region_id_vote_id_membership_id')),
    sqlite_strict=True,
    sqlite_with_rowid=False
    )
    for column in NEW_COLUMNS:
        op.execute(f'ALTER TABLE region ADD COLUMN {column}')
    _change_check(BEFORE, AFTER)
    guard(op.get_bind())


def downgrade() -> None:
    op.execute("DELETE FROM public_code WHERE purpose IN ('proposal', 'vote', 'poll')")
    _change_check(AFTER, BEFORE)
    op.drop_column('region', 'vote_days')
    op.drop_column('region', 'answer_days')
    op.drop_column('region', 'support_hours')
    op.drop_column('region', 'support_needed')
    op.drop_table('used_line')
    op.drop_table('named_ballot')
    op.drop_table('assistance')
    op.drop_table('vote_result')
    op.drop_table('vote_option')
    op.drop_table('vote_lot')
    op.drop_table('vote_extension')
    op.drop_table('vote_closure')
    op.drop_index('ix_roll_line_membership_id', table_name='roll_line')
    op.drop_table('roll_line')
    op.drop_index('ix_proxy_holder_id', table_name='proxy')
    op.drop_index('ix_proxy_giver_id', table_name='proxy')
    op.drop_table('proxy')
    op.drop_index('ix_poll_answer_membership_id', table_name='poll_answer')
    op.drop_table('poll_answer')
    op.drop_index('ix_paper_count_vote_id', table_name='paper_count')
    op.drop_table('paper_count')
    op.drop_index('ix_opinion_answer_opinion_id', table_name='opinion_answer')
    op.drop_table('opinion_answer')
    op.drop_table('ballot')
    op.drop_table('agenda_item')
    op.drop_index('ix_vote_region_id_closes_at', table_name='vote')
    op.drop_index('ix_vote_proposal_id', table_name='vote')
    op.drop_table('vote')
    op.drop_table('survey_voice')
    op.drop_table('survey_line')
    op.drop_index('ix_signatory_membership_id', table_name='signatory')
    op.drop_table('signatory')
    op.drop_table('proposal_version')
    op.drop_index('uq_proposal_support_once', table_name='proposal_support', sqlite_where=sa.text('withdrawn_at IS NULL'), postgresql_where=sa.text('withdrawn_at IS NULL'))
    op.drop_index('ix_proposal_support_membership_id', table_name='proposal_support')
    op.drop_table('proposal_support')
    op.drop_table('proposal_seen')
    op.drop_index('ix_proposal_author_membership_id', table_name='proposal_author')
    op.drop_table('proposal_author')
    op.drop_table('poll_option')
    op.drop_index('ix_opinion_region_id_at', table_name='opinion')
    op.drop_index('ix_opinion_proposal_id', table_name='opinion')
    op.drop_index('ix_opinion_membership_id', table_name='opinion')
    op.drop_table('opinion')
    op.drop_index('ix_proposal_region_id_stage', table_name='proposal')
    op.drop_table('proposal')
    op.drop_index('ix_poll_region_id_closes_at', table_name='poll')
    op.drop_table('poll')
    op.drop_index('ix_expense_project_id', table_name='expense')
    op.drop_table('expense')
    op.drop_table('assembly')
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

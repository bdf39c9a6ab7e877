"""foundation."""

import sqlalchemy as sa
from alembic import op

from app.db import Day, Flag, Id, UtcDateTime
from app.guards import guard

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('job',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_job')),
    sqlite_strict=True
    )
    op.create_table('link',
    sa.Column('id', Id(), nullable=False),
    sa.Column('key_hash', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("purpose IN ('demo', 'set_up', 'till')", name=op.f('ck_link_purpose')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_link_key_hash')),
    sqlite_strict=True
    )
    op.create_table('member',
    sa.Column('id', Id(), nullable=False),
    sa.Column('handle', sa.LargeBinary(), nullable=False),
    sa.Column('language', sa.Text(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('credentials_changed_at', UtcDateTime(), nullable=True),
    sa.Column('disabled_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member')),
    sa.UniqueConstraint('handle', name=op.f('uq_member_handle')),
    sqlite_strict=True
    )
    op.create_table('meta',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_meta')),
    sqlite_strict=True
    )
    op.create_table('region',
    sa.Column('id', Id(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('about_en', sa.Text(), nullable=False),
    sa.Column('coin_name', sa.Text(), nullable=False),
    sa.Column('coin_name_en', sa.Text(), nullable=False),
    sa.Column('accent', sa.Text(), nullable=False),
    sa.Column('motif', sa.Text(), nullable=False),
    sa.Column('stage', sa.Integer(), nullable=False),
    sa.Column('time_zone', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('opens_before_minutes', sa.Integer(), nullable=False),
    sa.Column('closes_after_minutes', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("accent IN ('ume', 'umi', 'budo')", name=op.f('ck_region_accent')),
    sa.CheckConstraint('opens_before_minutes >= 0 AND closes_after_minutes >= 0', name=op.f('ck_region_window')),
    sa.CheckConstraint('stage BETWEEN 0 AND 4', name=op.f('ck_region_stage')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_region')),
    sa.UniqueConstraint('code', name=op.f('uq_region_code')),
    sa.UniqueConstraint('slug', name=op.f('uq_region_slug')),
    sqlite_strict=True
    )
    op.create_table('throttle',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('window', Id(), autoincrement=False, nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', 'window', name=op.f('pk_throttle')),
    sqlite_strict=True
    )
    op.create_table('account',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), server_default='open', nullable=False),
    sa.CheckConstraint("kind IN ('source', 'member', 'shop', 'project', 'expired', 'settled', 'written_off')", name=op.f('ck_account_kind')),
    sa.CheckConstraint("status IN ('open', 'frozen', 'closed')", name=op.f('ck_account_status')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_account_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_account_region_id_id')),
    sa.UniqueConstraint('region_id', 'kind', 'owner', name=op.f('uq_account_region_id_kind_owner')),
    sqlite_strict=True
    )
    op.create_table('challenge',
    sa.Column('id', Id(), nullable=False),
    sa.Column('cookie_hash', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.Column('member_id', Id(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("purpose IN ('register', 'sign_in', 'confirm')", name=op.f('ck_challenge_purpose')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_challenge_member_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_challenge')),
    sa.UniqueConstraint('cookie_hash', name=op.f('uq_challenge_cookie_hash')),
    sqlite_strict=True
    )
    op.create_table('credential',
    sa.Column('id', Id(), nullable=False),
    sa.Column('member_id', Id(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.Integer(), nullable=False),
    sa.Column('transports', sa.Text(), nullable=False),
    sa.Column('device_type', sa.Text(), nullable=False),
    sa.Column('backed_up', Flag(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('last_used_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_credential_member_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credential')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_credential_credential_id')),
    sqlite_strict=True
    )
    op.create_index('ix_credential_member_id', 'credential', ['member_id'], unique=False)
    op.create_table('household',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_household_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_household')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_household_region_id_id')),
    sqlite_strict=True
    )
    op.create_table('operation',
    sa.Column('seq', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('on_behalf_of', sa.Text(), nullable=True),
    sa.Column('rule', sa.Text(), nullable=True),
    sa.Column('reference', sa.Text(), nullable=True),
    sa.Column('reverses', Id(), nullable=True),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'reverses'], ['operation.region_id', 'operation.seq'], name=op.f('fk_operation_region_id_reverses')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_operation_region_id')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_operation')),
    sa.UniqueConstraint('key', name=op.f('uq_operation_key')),
    sa.UniqueConstraint('region_id', 'seq', name=op.f('uq_operation_region_id_seq')),
    sa.UniqueConstraint('reverses', name=op.f('uq_operation_reverses')),
    sqlite_strict=True
    )
    op.create_index('ix_operation_region_id_reference', 'operation', ['region_id', 'reference'], unique=False)
    op.create_table('public_code',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('subject_id', Id(), nullable=False),
    sa.CheckConstraint("purpose IN ('event', 'shop')", name=op.f('ck_public_code_purpose')),
    sa.CheckConstraint('length(code) = 8', name=op.f('ck_public_code_length')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_public_code_region_id')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_public_code')),
    sqlite_strict=True
    )
    op.create_index('ix_public_code_subject', 'public_code', ['purpose', 'subject_id'], unique=False)
    op.create_table('hold',
    sa.Column('id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('account_id', Id(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=True),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('placed_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_hold_amount_positive')),
    sa.ForeignKeyConstraint(['region_id', 'account_id'], ['account.region_id', 'account.id'], name=op.f('fk_hold_region_id_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold')),
    sa.UniqueConstraint('key', name=op.f('uq_hold_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_hold_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_hold_account_id', 'hold', ['account_id'], unique=False)
    op.create_index('ix_hold_expires_at', 'hold', ['expires_at'], unique=False)
    op.create_table('holding',
    sa.Column('account_id', Id(), autoincrement=False, nullable=False),
    sa.Column('expires_on', Day(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('posted', sa.Integer(), nullable=False),
    sa.Column('held', sa.Integer(), server_default='0', nullable=False),
    sa.CheckConstraint('held >= 0 AND posted >= held', name=op.f('ck_holding_covered')),
    sa.ForeignKeyConstraint(['region_id', 'account_id'], ['account.region_id', 'account.id'], name=op.f('fk_holding_region_id_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'expires_on', name=op.f('pk_holding')),
    sqlite_strict=True
    )
    op.create_table('membership',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('member_id', Id(), nullable=False),
    sa.Column('number', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('standing', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('yomi', sa.Text(), nullable=False),
    sa.Column('yomi_search', sa.Text(), nullable=False),
    sa.Column('account_id', Id(), nullable=True),
    sa.Column('household_id', Id(), nullable=True),
    sa.Column('joined_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("kind IN ('resident', 'friend', 'company', 'municipality', 'shop')", name=op.f('ck_membership_kind')),
    sa.CheckConstraint("standing IN ('provisional', 'active', 'ended')", name=op.f('ck_membership_standing')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_membership_member_id')),
    sa.ForeignKeyConstraint(['region_id', 'account_id'], ['account.region_id', 'account.id'], name=op.f('fk_membership_region_id_account_id')),
    sa.ForeignKeyConstraint(['region_id', 'household_id'], ['household.region_id', 'household.id'], name=op.f('fk_membership_region_id_household_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_membership_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_membership_region_id_id')),
    sa.UniqueConstraint('region_id', 'member_id', name=op.f('uq_membership_region_id_member_id')),
    sa.UniqueConstraint('region_id', 'number', name=op.f('uq_membership_region_id_number')),
    sqlite_strict=True
    )
    op.create_index('ix_membership_region_id_yomi_search', 'membership', ['region_id', 'yomi_search'], unique=False)
    op.create_table('programme',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('account_id', Id(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'account_id'], ['account.region_id', 'account.id'], name=op.f('fk_programme_region_id_account_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_programme_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_programme_region_id_id')),
    sa.UniqueConstraint('region_id', 'name', name=op.f('uq_programme_region_id_name')),
    sqlite_strict=True
    )
    op.create_table('shop',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('place_en', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('thanks', sa.Text(), nullable=False),
    sa.Column('thanks_en', sa.Text(), nullable=False),
    sa.Column('account_id', Id(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'account_id'], ['account.region_id', 'account.id'], name=op.f('fk_shop_region_id_account_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_shop_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shop')),
    sa.UniqueConstraint('code', name=op.f('uq_shop_code')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_shop_region_id_id')),
    sqlite_strict=True
    )
    op.create_table('transfer',
    sa.Column('operation_seq', Id(), autoincrement=False, nullable=False),
    sa.Column('line', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('from_id', Id(), nullable=False),
    sa.Column('to_id', Id(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('expires_on', Day(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_transfer_amount_positive')),
    sa.CheckConstraint('from_id <> to_id', name=op.f('ck_transfer_moves')),
    sa.ForeignKeyConstraint(['region_id', 'from_id'], ['account.region_id', 'account.id'], name=op.f('fk_transfer_region_id_from_id')),
    sa.ForeignKeyConstraint(['region_id', 'operation_seq'], ['operation.region_id', 'operation.seq'], name=op.f('fk_transfer_region_id_operation_seq')),
    sa.ForeignKeyConstraint(['region_id', 'to_id'], ['account.region_id', 'account.id'], name=op.f('fk_transfer_region_id_to_id')),
    sa.PrimaryKeyConstraint('operation_seq', 'line', name=op.f('pk_transfer')),
    sqlite_strict=True
    )
    op.create_index('ix_transfer_from_id_operation_seq', 'transfer', ['from_id', 'operation_seq'], unique=False)
    op.create_index('ix_transfer_to_id_operation_seq', 'transfer', ['to_id', 'operation_seq'], unique=False)
    op.create_table('allowance',
    sa.Column('membership_id', Id(), autoincrement=False, nullable=False),
    sa.Column('period', sa.Text(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('issued', sa.Integer(), nullable=False),
    sa.CheckConstraint('issued >= 0', name=op.f('ck_allowance_issued')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_allowance_region_id_membership_id')),
    sa.PrimaryKeyConstraint('membership_id', 'period', name=op.f('pk_allowance')),
    sqlite_strict=True
    )
    op.create_table('budget',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('programme_id', Id(), nullable=False),
    sa.Column('fiscal_year', sa.Integer(), nullable=False),
    sa.Column('granted', sa.Integer(), nullable=False),
    sa.Column('cap', sa.Integer(), nullable=False),
    sa.CheckConstraint('granted >= 0 AND granted <= cap', name=op.f('ck_budget_granted')),
    sa.ForeignKeyConstraint(['region_id', 'programme_id'], ['programme.region_id', 'programme.id'], name=op.f('fk_budget_region_id_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget')),
    sa.UniqueConstraint('programme_id', 'fiscal_year', name=op.f('uq_budget_programme_id_fiscal_year')),
    sqlite_strict=True
    )
    op.create_table('duty',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('shop_id', Id(), nullable=True),
    sa.Column('starts_on', Day(), nullable=False),
    sa.Column('ends_on', Day(), nullable=False),
    sa.CheckConstraint("(role = 'shop') = (shop_id IS NOT NULL)", name=op.f('ck_duty_shop')),
    sa.CheckConstraint("role IN ('steward', 'office', 'auditor', 'officer', 'officer_desk', 'shop')", name=op.f('ck_duty_role')),
    sa.CheckConstraint('ends_on > starts_on', name=op.f('ck_duty_period')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_duty_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'shop_id'], ['shop.region_id', 'shop.id'], name=op.f('fk_duty_region_id_shop_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_duty_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_duty_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_duty_membership_id', 'duty', ['membership_id'], unique=False)
    op.create_table('event',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('place_en', sa.Text(), nullable=False),
    sa.Column('bring', sa.Text(), nullable=False),
    sa.Column('bring_en', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('checkin_from', UtcDateTime(), nullable=False),
    sa.Column('checkin_until', UtcDateTime(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.Column('coins', sa.Integer(), nullable=False),
    sa.Column('award', sa.Text(), nullable=False),
    sa.Column('audience', sa.Text(), nullable=False),
    sa.Column('series', sa.Text(), nullable=True),
    sa.Column('name_level', sa.Text(), nullable=False),
    sa.Column('host_id', Id(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('published_at', UtcDateTime(), nullable=True),
    sa.Column('cancelled_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('postponed_to', UtcDateTime(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint("audience IN ('open', 'members', 'invited')", name=op.f('ck_event_audience')),
    sa.CheckConstraint("award <> 'arrival' OR coins = 1", name=op.f('ck_event_arrival_gives_one')),
    sa.CheckConstraint("award IN ('arrival', 'end', 'confirmed')", name=op.f('ck_event_award')),
    sa.CheckConstraint("field IN ('environment', 'education', 'economy', 'energy', 'resources', 'welfare', 'governance', 'other')", name=op.f('ck_event_field')),
    sa.CheckConstraint("name_level IN ('none', 'name', 'contact')", name=op.f('ck_event_name_level')),
    sa.CheckConstraint('checkin_until > checkin_from', name=op.f('ck_event_window')),
    sa.CheckConstraint('coins BETWEEN 0 AND 2', name=op.f('ck_event_coins')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_event_period')),
    sa.CheckConstraint('taken >= 0 AND (capacity IS NULL OR taken <= capacity)', name=op.f('ck_event_capacity')),
    sa.ForeignKeyConstraint(['region_id', 'host_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_event_region_id_host_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_event_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sa.UniqueConstraint('code', name=op.f('uq_event_code')),
    sa.UniqueConstraint('key', name=op.f('uq_event_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_event_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_event_region_id_starts_at', 'event', ['region_id', 'starts_at'], unique=False)
    op.create_table('hold_end',
    sa.Column('hold_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('captured', sa.Integer(), nullable=False),
    sa.Column('operation_seq', Id(), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("captured >= 0 AND (kind = 'captured') = (captured > 0)", name=op.f('ck_hold_end_captured')),
    sa.CheckConstraint("kind IN ('captured', 'released', 'expired')", name=op.f('ck_hold_end_kind')),
    sa.ForeignKeyConstraint(['region_id', 'hold_id'], ['hold.region_id', 'hold.id'], name=op.f('fk_hold_end_region_id_hold_id')),
    sa.ForeignKeyConstraint(['region_id', 'operation_seq'], ['operation.region_id', 'operation.seq'], name=op.f('fk_hold_end_region_id_operation_seq')),
    sa.PrimaryKeyConstraint('hold_id', name=op.f('pk_hold_end')),
    sqlite_strict=True
    )
    op.create_table('hold_lot',
    sa.Column('hold_id', Id(), autoincrement=False, nullable=False),
    sa.Column('expires_on', Day(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_hold_lot_amount_positive')),
    sa.ForeignKeyConstraint(['region_id', 'hold_id'], ['hold.region_id', 'hold.id'], name=op.f('fk_hold_lot_region_id_hold_id')),
    sa.PrimaryKeyConstraint('hold_id', 'expires_on', name=op.f('pk_hold_lot')),
    sqlite_strict=True
    )
    op.create_table('offer',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('shop_id', Id(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('story', sa.Text(), nullable=False),
    sa.Column('story_en', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('stock', sa.Integer(), nullable=True),
    sa.Column('stock_period', sa.Text(), nullable=False),
    sa.Column('limit', sa.Integer(), nullable=True),
    sa.Column('limit_period', sa.Text(), nullable=False),
    sa.Column('picture', sa.Text(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("kind IN ('goods', 'experience')", name=op.f('ck_offer_kind')),
    sa.CheckConstraint("limit_period IN ('total', 'day', 'week', 'month', 'year')", name=op.f('ck_offer_limit_period')),
    sa.CheckConstraint("stock_period IN ('total', 'day', 'week', 'month', 'year')", name=op.f('ck_offer_stock_period')),
    sa.CheckConstraint('"limit" IS NULL OR "limit" > 0', name=op.f('ck_offer_limit')),
    sa.CheckConstraint('price BETWEEN 1 AND 50', name=op.f('ck_offer_price')),
    sa.CheckConstraint('stock IS NULL OR stock >= 0', name=op.f('ck_offer_stock')),
    sa.ForeignKeyConstraint(['region_id', 'shop_id'], ['shop.region_id', 'shop.id'], name=op.f('fk_offer_region_id_shop_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_offer_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_offer_region_id_id')),
    sqlite_strict=True
    )
    op.create_table('rule_version',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('programme_id', Id(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('valid_from', Day(), nullable=False),
    sa.Column('one_coin_minutes', sa.Integer(), nullable=False),
    sa.Column('two_coins_minutes', sa.Integer(), nullable=False),
    sa.Column('day_cap', sa.Integer(), nullable=False),
    sa.Column('year_cap', sa.Integer(), nullable=False),
    sa.CheckConstraint('0 < day_cap AND day_cap <= year_cap', name=op.f('ck_rule_version_caps')),
    sa.CheckConstraint('0 < one_coin_minutes AND one_coin_minutes <= two_coins_minutes', name=op.f('ck_rule_version_minutes')),
    sa.ForeignKeyConstraint(['region_id', 'programme_id'], ['programme.region_id', 'programme.id'], name=op.f('fk_rule_version_region_id_programme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_version')),
    sa.UniqueConstraint('programme_id', 'version', name=op.f('uq_rule_version_programme_id_version')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_rule_version_region_id_id')),
    sqlite_strict=True
    )
    op.create_table('sign_in',
    sa.Column('id', Id(), nullable=False),
    sa.Column('id_hash', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('member_id', Id(), nullable=True),
    sa.Column('region_id', Id(), nullable=True),
    sa.Column('shop_id', Id(), nullable=True),
    sa.Column('shared', Flag(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('fresh_at', UtcDateTime(), nullable=True),
    sa.Column('last_seen_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("(kind = 'member') = (member_id IS NOT NULL)", name=op.f('ck_sign_in_member')),
    sa.CheckConstraint("(kind = 'till') = (shop_id IS NOT NULL)", name=op.f('ck_sign_in_till')),
    sa.CheckConstraint("kind IN ('member', 'till')", name=op.f('ck_sign_in_kind')),
    sa.CheckConstraint("way IN ('passkey', 'claim', 'demo', 'set_up', 'till')", name=op.f('ck_sign_in_way')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_sign_in_member_id')),
    sa.ForeignKeyConstraint(['region_id', 'shop_id'], ['shop.region_id', 'shop.id'], name=op.f('fk_sign_in_region_id_shop_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('id_hash', name=op.f('uq_sign_in_id_hash')),
    sqlite_strict=True
    )
    op.create_index('ix_sign_in_member_id', 'sign_in', ['member_id'], unique=False)
    op.create_table('check_in',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('event_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('nickname', sa.Text(), nullable=False),
    sa.Column('companions', sa.Integer(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('device_at', UtcDateTime(), nullable=True),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('visit_hash', sa.Text(), nullable=True),
    sa.Column('claim_hash', sa.Text(), nullable=True),
    sa.Column('promised', sa.Integer(), nullable=False),
    sa.Column('claim_key', sa.Text(), nullable=True),
    sa.Column('claimed_at', UtcDateTime(), nullable=True),
    sa.Column('left_at', UtcDateTime(), nullable=True),
    sa.Column('undone_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("way IN ('poster', 'rotating', 'card', 'name', 'paper', 'outbox')", name=op.f('ck_check_in_way')),
    sa.CheckConstraint('companions BETWEEN 0 AND 20', name=op.f('ck_check_in_companions')),
    sa.CheckConstraint('promised BETWEEN 0 AND 2', name=op.f('ck_check_in_promised')),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_check_in_region_id_event_id')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_check_in_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_check_in_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_in')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_check_in_event_id_number')),
    sa.UniqueConstraint('key', name=op.f('uq_check_in_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_check_in_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_check_in_claim_hash', 'check_in', ['claim_hash'], unique=False)
    op.create_index('ix_check_in_membership_id', 'check_in', ['membership_id'], unique=False)
    op.create_index('ix_check_in_visit_hash', 'check_in', ['visit_hash'], unique=False)
    op.create_index('uq_check_in_once', 'check_in', ['event_id', 'membership_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
    op.create_index('uq_check_in_phone', 'check_in', ['event_id', 'visit_hash'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
    op.create_table('earning',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('activity', sa.Text(), nullable=False),
    sa.Column('day', Day(), nullable=False),
    sa.Column('wanted', sa.Integer(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('limited_by', sa.Text(), nullable=True),
    sa.Column('rule_version_id', Id(), nullable=False),
    sa.Column('operation_seq', Id(), nullable=True),
    sa.Column('reversed_by', sa.Text(), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('amount >= 0 AND (amount = 0) = (operation_seq IS NULL)', name=op.f('ck_earning_amount')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_earning_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'operation_seq'], ['operation.region_id', 'operation.seq'], name=op.f('fk_earning_region_id_operation_seq')),
    sa.ForeignKeyConstraint(['region_id', 'rule_version_id'], ['rule_version.region_id', 'rule_version.id'], name=op.f('fk_earning_region_id_rule_version_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_earning_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_earning')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_earning_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('uq_earning_once', 'earning', ['membership_id', 'activity'], unique=True, sqlite_where=sa.text('reversed_by IS NULL'), postgresql_where=sa.text('reversed_by IS NULL'))
    op.create_table('event_closure',
    sa.Column('event_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'event_id'], ['event.region_id', 'event.id'], name=op.f('fk_event_closure_region_id_event_id')),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_event_closure')),
    sqlite_strict=True
    )
    op.create_table('redemption',
    sa.Column('id', Id(), nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('offer_id', Id(), nullable=False),
    sa.Column('shop_id', Id(), nullable=False),
    sa.Column('membership_id', Id(), nullable=False),
    sa.Column('hold_id', Id(), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('digits', sa.Text(), nullable=False),
    sa.Column('code_hash', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('way', sa.Text(), nullable=True),
    sa.Column('requested_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('confirmed_at', UtcDateTime(), nullable=True),
    sa.Column('by', sa.Text(), nullable=True),
    sa.Column('operation_seq', Id(), nullable=True),
    sa.Column('reversed_by', Id(), nullable=True),
    sa.Column('reversed_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name=op.f('ck_redemption_confirmed')),
    sa.CheckConstraint("state IN ('requested', 'confirmed', 'cancelled', 'expired')", name=op.f('ck_redemption_state')),
    sa.CheckConstraint("way IS NULL OR way IN ('scan', 'digits', 'card', 'sticker', 'paper')", name=op.f('ck_redemption_way')),
    sa.CheckConstraint('price > 0', name=op.f('ck_redemption_price')),
    sa.ForeignKeyConstraint(['region_id', 'hold_id'], ['hold.region_id', 'hold.id'], name=op.f('fk_redemption_region_id_hold_id')),
    sa.ForeignKeyConstraint(['region_id', 'membership_id'], ['membership.region_id', 'membership.id'], name=op.f('fk_redemption_region_id_membership_id')),
    sa.ForeignKeyConstraint(['region_id', 'offer_id'], ['offer.region_id', 'offer.id'], name=op.f('fk_redemption_region_id_offer_id')),
    sa.ForeignKeyConstraint(['region_id', 'shop_id'], ['shop.region_id', 'shop.id'], name=op.f('fk_redemption_region_id_shop_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_redemption_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redemption')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_redemption_code_hash')),
    sa.UniqueConstraint('key', name=op.f('uq_redemption_key')),
    sa.UniqueConstraint('region_id', 'id', name=op.f('uq_redemption_region_id_id')),
    sqlite_strict=True
    )
    op.create_index('ix_redemption_due', 'redemption', ['expires_at'], unique=False, sqlite_where=sa.text("state = 'requested'"), postgresql_where=sa.text("state = 'requested'"))
    op.create_index('ix_redemption_membership_id_requested_at', 'redemption', ['membership_id', 'requested_at'], unique=False)
    op.create_index('ix_redemption_offer_id_state_requested_at', 'redemption', ['offer_id', 'state', 'requested_at'], unique=False)
    op.create_index('ix_redemption_shop_id_confirmed_at', 'redemption', ['shop_id', 'confirmed_at'], unique=False)
    op.create_index('ix_redemption_shop_id_digits', 'redemption', ['shop_id', 'digits'], unique=False)
    op.create_index('uq_redemption_digits', 'redemption', ['shop_id', 'digits'], unique=True, sqlite_where=sa.text("state = 'requested'"), postgresql_where=sa.text("state = 'requested'"))
    op.create_index('uq_redemption_live', 'redemption', ['shop_id', 'membership_id'], unique=True, sqlite_where=sa.text("state = 'requested'"), postgresql_where=sa.text("state = 'requested'"))
    op.create_table('unticked',
    sa.Column('check_in_id', Id(), autoincrement=False, nullable=False),
    sa.Column('region_id', Id(), nullable=False),
    sa.ForeignKeyConstraint(['region_id', 'check_in_id'], ['check_in.region_id', 'check_in.id'], name=op.f('fk_unticked_region_id_check_in_id')),
    sa.PrimaryKeyConstraint('check_in_id', name=op.f('pk_unticked')),
    sqlite_strict=True
    )
    guard(op.get_bind())


def downgrade() -> None:
    op.drop_table('unticked')
    op.drop_index('uq_redemption_live', table_name='redemption', sqlite_where=sa.text("state = 'requested'"), postgresql_where=sa.text("state = 'requested'"))
    op.drop_index('uq_redemption_digits', table_name='redemption', sqlite_where=sa.text("state = 'requested'"), postgresql_where=sa.text("state = 'requested'"))
    op.drop_index('ix_redemption_shop_id_digits', table_name='redemption')
    op.drop_index('ix_redemption_shop_id_confirmed_at', table_name='redemption')
    op.drop_index('ix_redemption_offer_id_state_requested_at', table_name='redemption')
    op.drop_index('ix_redemption_membership_id_requested_at', table_name='redemption')
    op.drop_index('ix_redemption_due', table_name='redemption', sqlite_where=sa.text("state = 'requested'"), postgresql_where=sa.text("state = 'requested'"))
    op.drop_table('redemption')
    op.drop_table('event_closure')
    op.drop_index('uq_earning_once', table_name='earning', sqlite_where=sa.text('reversed_by IS NULL'), postgresql_where=sa.text('reversed_by IS NULL'))
    op.drop_table('earning')
    op.drop_index('uq_check_in_phone', table_name='check_in', sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
    op.drop_index('uq_check_in_once', table_name='check_in', sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
    op.drop_index('ix_check_in_visit_hash', table_name='check_in')
    op.drop_index('ix_check_in_membership_id', table_name='check_in')
    op.drop_index('ix_check_in_claim_hash', table_name='check_in')
    op.drop_table('check_in')
    op.drop_index('ix_sign_in_member_id', table_name='sign_in')
    op.drop_table('sign_in')
    op.drop_table('rule_version')
    op.drop_table('offer')
    op.drop_table('hold_lot')
    op.drop_table('hold_end')
    op.drop_index('ix_event_region_id_starts_at', table_name='event')
    op.drop_table('event')
    op.drop_index('ix_duty_membership_id', table_name='duty')
    op.drop_table('duty')
    op.drop_table('budget')
    op.drop_table('allowance')
    op.drop_index('ix_transfer_to_id_operation_seq', table_name='transfer')
    op.drop_index('ix_transfer_from_id_operation_seq', table_name='transfer')
    op.drop_table('transfer')
    op.drop_table('shop')
    op.drop_table('programme')
    op.drop_index('ix_membership_region_id_yomi_search', table_name='membership')
    op.drop_table('membership')
    op.drop_table('holding')
    op.drop_index('ix_hold_expires_at', table_name='hold')
    op.drop_index('ix_hold_account_id', table_name='hold')
    op.drop_table('hold')
    op.drop_index('ix_public_code_subject', table_name='public_code')
    op.drop_table('public_code')
    op.drop_index('ix_operation_region_id_reference', table_name='operation')
    op.drop_table('operation')
    op.drop_table('household')
    op.drop_index('ix_credential_member_id', table_name='credential')
    op.drop_table('credential')
    op.drop_table('challenge')
    op.drop_table('account')
    op.drop_table('throttle')
    op.drop_table('region')
    op.drop_table('meta')
    op.drop_table('member')
    op.drop_table('link')
    op.drop_table('job')
    guard(op.get_bind())

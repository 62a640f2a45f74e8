/** Organisations, accounts, sessions, equipment, device credentials, outbox, audit and idempotency keys. */
import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../database.js'
import type { Tables } from '../tables.js'
import { appendOnly, numberedTable, withColumns } from './column-kinds.js'

export async function registryTables(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await peopleTables(db)
  await equipmentTables(db)
  await bookkeepingTables(db, dialect)
}

async function peopleTables(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('organisation'), {
    id: 'text',
    name: 'text',
    type: 'text',
    district: 'text?',
    lat: 'real?',
    lon: 'real?',
    created_at: 'time',
  })
    .addPrimaryKeyConstraint('organisation_pk', ['id'])
    .execute()
  await withColumns(db.schema.createTable('account'), {
    id: 'text',
    username: 'text',
    password_hash: 'text',
    role: 'text',
    organisation_id: 'text?',
    districts_json: 'text',
    must_change_password: 'integer',
    disabled_at: 'time?',
    created_at: 'time',
  })
    .addPrimaryKeyConstraint('account_pk', ['id'])
    .addUniqueConstraint('account_username', ['username'])
    .addForeignKeyConstraint('account_organisation', ['organisation_id'], 'organisation', ['id'])
    .execute()
  await withColumns(db.schema.createTable('session'), {
    token_hash: 'text',
    account_id: 'text',
    created_at: 'time',
    expires_at: 'time',
  })
    .addPrimaryKeyConstraint('session_pk', ['token_hash'])
    .addForeignKeyConstraint('session_account', ['account_id'], 'account', ['id'])
    .execute()
  await db.schema.createIndex('session_by_account').on('session').column('account_id').execute()
}

async function equipmentTables(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('equipment'), {
    id: 'text',
    kind: 'text',
    name: 'text',
    rescue_code: 'text?',
    registration_code: 'text?',
    certificate_no: 'text?',
    district: 'text?',
    address: 'text?',
    lat: 'real?',
    lon: 'real?',
    maintainer_id: 'text?',
    use_unit_id: 'text?',
    profile: 'text',
    attributes_json: 'text',
    rescue_card_json: 'text?',
    provisional: 'integer',
    version: 'integer',
    search: 'text',
    journaled_at: 'time',
    created_at: 'time',
    updated_at: 'time',
  })
    .addPrimaryKeyConstraint('equipment_pk', ['id'])
    .addForeignKeyConstraint('equipment_maintainer', ['maintainer_id'], 'organisation', ['id'])
    .addForeignKeyConstraint('equipment_use_unit', ['use_unit_id'], 'organisation', ['id'])
    .execute()
  // A plate's code and a registration are one equipment's for good; a certificate may cover several.
  for (const column of ['rescue_code', 'registration_code'] as const)
    await db.schema.createIndex(`equipment_${column}`).on('equipment').column(column).unique().execute()
  for (const column of [
    'certificate_no',
    'district',
    'maintainer_id',
    'use_unit_id',
    'journaled_at',
  ] as const)
    await db.schema.createIndex(`equipment_by_${column}`).on('equipment').column(column).execute()
  await withColumns(db.schema.createTable('device_credential'), {
    username: 'text',
    equipment_id: 'text',
    hmac: 'text',
    version: 'integer',
    revoked: 'integer',
    created_at: 'time',
  })
    .addPrimaryKeyConstraint('device_credential_pk', ['username'])
    .addForeignKeyConstraint('device_credential_equipment', ['equipment_id'], 'equipment', ['id'])
    .execute()
}

async function bookkeepingTables(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await withColumns(numberedTable(db, dialect, 'outbox'), {
    kind: 'text',
    equipment: 'text',
    payload: 'text',
    written_at: 'time',
  }).execute()
  await withColumns(numberedTable(db, dialect, 'audit'), {
    at: 'time',
    actor: 'text',
    actor_name: 'text',
    action: 'text',
    subject: 'text',
    detail_json: 'text',
    address: 'text',
  }).execute()
  await db.schema.createIndex('audit_by_subject').on('audit').columns(['subject', 'id']).execute()
  await appendOnly(db, dialect, 'audit')
  await withColumns(db.schema.createTable('idempotency'), {
    owner: 'text',
    key: 'text',
    request_hash: 'text',
    reply_json: 'text',
    created_at: 'time',
  })
    .addPrimaryKeyConstraint('idempotency_pk', ['owner', 'key'])
    .execute()
  await sql`create index idempotency_by_age on idempotency (created_at)`.execute(db)
}

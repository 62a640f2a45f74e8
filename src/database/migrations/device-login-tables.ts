/**
 * Who may log in as a device or a gateway, their secrets, what gateways are bound to, and who asks to be admitted.
 * Equipment and gateways share one name space, so the name is the key of one table.
 */
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables.js'
import { withColumns } from './column-kinds.js'

export async function deviceLoginTables(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('device_login'), {
    username: 'text',
    kind: 'text',
    revoked: 'integer',
    version: 'integer',
    created_at: 'time',
  })
    .addPrimaryKeyConstraint('device_login_pk', ['username'])
    .execute()
  await withColumns(db.schema.createTable('device_secret'), {
    username: 'text',
    hmac: 'text',
    until: 'time?',
    created_at: 'time',
  })
    .addPrimaryKeyConstraint('device_secret_pk', ['username', 'hmac'])
    .addForeignKeyConstraint('device_secret_login', ['username'], 'device_login', ['username'])
    .execute()
  await db.schema.createIndex('device_secret_by_hmac').on('device_secret').column('hmac').execute()
  await gatewayTables(db)
  await withColumns(db.schema.createTable('claim'), {
    username: 'text',
    hmac: 'text',
    address: 'text',
    first_seen: 'time',
    last_seen: 'time',
    tries: 'integer',
    contested: 'integer',
  })
    .addPrimaryKeyConstraint('claim_pk', ['username'])
    .execute()
  await db.schema.createIndex('claim_by_last_seen').on('claim').columns(['last_seen', 'username']).execute()
  await moveCredentials(db)
}

async function gatewayTables(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('gateway'), {
    username: 'text',
    name: 'text',
    organisation_id: 'text?',
    created_at: 'time',
    updated_at: 'time',
  })
    .addPrimaryKeyConstraint('gateway_pk', ['username'])
    .addForeignKeyConstraint('gateway_login', ['username'], 'device_login', ['username'])
    .addForeignKeyConstraint('gateway_organisation', ['organisation_id'], 'organisation', ['id'])
    .execute()
  await withColumns(db.schema.createTable('gateway_equipment'), { username: 'text', equipment_id: 'text' })
    .addPrimaryKeyConstraint('gateway_equipment_pk', ['username', 'equipment_id'])
    .addForeignKeyConstraint('gateway_equipment_gateway', ['username'], 'gateway', ['username'])
    .addForeignKeyConstraint('gateway_equipment_equipment', ['equipment_id'], 'equipment', ['id'])
    .execute()
  await db.schema
    .createIndex('gateway_equipment_by_equipment')
    .on('gateway_equipment')
    .column('equipment_id')
    .execute()
}

/** Every equipment may log in unless it was revoked; secrets that count go on counting. */
async function moveCredentials(db: Kysely<Tables>): Promise<void> {
  await sql`insert into device_login (username, kind, revoked, version, created_at)
    select equipment.id, 'device', coalesce(device_credential.revoked, 0), coalesce(device_credential.version, 0),
      equipment.created_at
    from equipment left join device_credential on device_credential.username = equipment.id`.execute(db)
  await sql`insert into device_secret (username, hmac, until, created_at)
    select username, hmac, null, created_at from device_credential where revoked = 0`.execute(db)
  await db.schema.dropTable('device_credential').execute()
}

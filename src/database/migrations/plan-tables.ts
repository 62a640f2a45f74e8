/** Response plans and contacts; where a crew is and when it will be there; notices that hang on no incident. */
import type { Kysely } from 'kysely'
import type { Dialect } from '../database.js'
import type { Tables } from '../tables.js'
import { appendOnly, type ColumnKind, withColumns } from './column-kinds.js'

const NOTICE = {
  id: 'text',
  incident_id: 'text?',
  assignment_id: 'text?',
  kind: 'text',
  party: 'text?',
  payload_json: 'text',
  status: 'text',
  attempts: 'integer',
  next_attempt_at: 'time',
  last_error: 'text?',
  created_at: 'time',
  sent_at: 'time?',
} as const satisfies Record<string, ColumnKind>

export async function planTables(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await withColumns(db.schema.createTable('plan_version'), {
    version: 'integer',
    author: 'text',
    author_name: 'text',
    reason: 'text',
    at: 'time',
    plans_json: 'text',
  })
    .addPrimaryKeyConstraint('plan_version_pk', ['version'])
    .execute()
  await appendOnly(db, dialect, 'plan_version')
  await withColumns(db.schema.createTable('contact'), {
    id: 'text',
    organisation_id: 'text?',
    district: 'text?',
    role: 'text',
    name: 'text',
    phone: 'text?',
    email: 'text?',
    user_id: 'text?',
    created_at: 'time',
    ended_at: 'time?',
  })
    .addPrimaryKeyConstraint('contact_pk', ['id'])
    .addForeignKeyConstraint('contact_organisation', ['organisation_id'], 'organisation', ['id'])
    .execute()
  await db.schema.createIndex('contact_by_role').on('contact').columns(['organisation_id', 'role']).execute()
  await db.schema
    .alterTable('incident')
    .addColumn('plan_version', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await assignments(db)
  await notices(db)
}

async function assignments(db: Kysely<Tables>): Promise<void> {
  const added = {
    step: 'integer',
    crew: 'text',
    eta_at: 'bigint',
    heard_at: 'bigint',
    position_at: 'bigint',
    lat: 'double precision',
    lon: 'double precision',
    moved_at: 'bigint',
    overdue: 'text',
    replaced_by: 'text',
  } as const
  for (const [name, type] of Object.entries(added))
    await db.schema.alterTable('assignment').addColumn(name, type).execute()
}

/** SQLite cannot make a column optional, so the table is written anew. */
async function notices(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('notice_anew'), { ...NOTICE, role: 'text?', district: 'text?' })
    .addPrimaryKeyConstraint('notice_pk_2', ['id'])
    .addForeignKeyConstraint('notice_incident_2', ['incident_id'], 'incident', ['id'])
    .execute()
  const kept = Object.keys(NOTICE) as (keyof typeof NOTICE)[]
  await db
    .insertInto('notice_anew' as 'notice')
    .columns(kept)
    .expression(db.selectFrom('notice').select(kept))
    .execute()
  await db.schema.dropTable('notice').execute()
  await db.schema.alterTable('notice_anew').renameTo('notice').execute()
  await db.schema.createIndex('notice_by_due').on('notice').columns(['status', 'next_attempt_at']).execute()
  await db.schema.createIndex('notice_by_incident').on('notice').column('incident_id').execute()
}

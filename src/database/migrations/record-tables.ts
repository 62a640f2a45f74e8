/** Signed checkpoints over the timelines of all incidents, and which of them seals which entry. */
import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../database.js'
import type { Tables } from '../tables.js'
import { appendOnly, withColumns } from './column-kinds.js'

export async function recordTables(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await withColumns(db.schema.createTable('checkpoint'), {
    counter: 'integer',
    at: 'time',
    count: 'integer',
    root: 'text',
    previous_hash: 'text',
    hash: 'text',
    key_id: 'text',
    signature: 'text',
  })
    .addPrimaryKeyConstraint('checkpoint_pk', ['counter'])
    .execute()
  await appendOnly(db, dialect, 'checkpoint')
  await withColumns(db.schema.createTable('seal'), {
    counter: 'integer',
    leaf: 'integer',
    incident_id: 'text',
    seq: 'integer',
    entry_hash: 'text',
  })
    .addPrimaryKeyConstraint('seal_pk', ['counter', 'leaf'])
    .addUniqueConstraint('seal_entry', ['incident_id', 'seq'])
    .addForeignKeyConstraint('seal_timeline', ['incident_id', 'seq'], 'timeline', ['incident_id', 'seq'])
    .addForeignKeyConstraint('seal_checkpoint', ['counter'], 'checkpoint', ['counter'])
    .execute()
  await appendOnly(db, dialect, 'seal')
  await withColumns(db.schema.createTable('unsealed'), {
    incident_id: 'text',
    seq: 'integer',
    entry_hash: 'text',
  })
    .addPrimaryKeyConstraint('unsealed_pk', ['incident_id', 'seq'])
    .execute()
  await sql`insert into unsealed (incident_id, seq, entry_hash) select incident_id, seq, hash from timeline`.execute(
    db,
  )
}

/** Findings, incidents with their numbers, and the append-only timeline. */
import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../database.js'
import type { Tables } from '../tables.js'
import { appendOnly, withColumns } from './column-kinds.js'

export async function incidentTables(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await withColumns(db.schema.createTable('incident_day'), { day: 'text', last: 'integer' })
    .addPrimaryKeyConstraint('incident_day_pk', ['day'])
    .execute()
  await incidentTable(db)
  await findingTable(db)
  await withColumns(db.schema.createTable('timeline'), {
    incident_id: 'text',
    seq: 'integer',
    at: 'time',
    recorded_at: 'time',
    actor: 'text',
    actor_name: 'text',
    on_behalf_of: 'text?',
    via: 'text?',
    call_id: 'text?',
    kind: 'text',
    assignment_id: 'text?',
    reason: 'text?',
    detail_json: 'text',
    previous_hash: 'text',
    hash: 'text',
  })
    .addPrimaryKeyConstraint('timeline_pk', ['incident_id', 'seq'])
    .addForeignKeyConstraint('timeline_incident', ['incident_id'], 'incident', ['id'])
    .execute()
  await appendOnly(db, dialect, 'timeline')
}

async function incidentTable(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('incident'), {
    id: 'text',
    number: 'text',
    version: 'integer',
    equipment_id: 'text?',
    district: 'text?',
    place_json: 'text?',
    parent_id: 'text?',
    site: 'text?',
    class: 'text',
    group_key: 'text',
    pattern: 'text?',
    priority: 'text',
    status: 'text',
    outcome: 'text?',
    cause: 'text?',
    source: 'text',
    people: 'integer?',
    vulnerable_json: 'text',
    car_json: 'text?',
    callers_json: 'text',
    evidence_json: 'text',
    condition_active: 'integer',
    reopen_offered: 'integer',
    attention_since: 'time?',
    attention_reason: 'text?',
    taken_by: 'text?',
    opened_at: 'time',
    reported_at: 'time',
    dispatched_at: 'time?',
    accepted_at: 'time?',
    departed_at: 'time?',
    arrived_at: 'time?',
    released_at: 'time?',
    resolved_at: 'time?',
    reviewed_at: 'time?',
    closed_at: 'time?',
    updated_at: 'time',
    timeline_seq: 'integer',
    timeline_hash: 'text',
    search: 'text',
  })
    .addPrimaryKeyConstraint('incident_pk', ['id'])
    .addUniqueConstraint('incident_number', ['number'])
    .execute()
  // One rescue: the transaction that loses the race to open it runs again and joins.
  await sql`create unique index incident_open_group on incident (equipment_id, group_key)
    where equipment_id is not null
      and status in ('open', 'confirmed', 'dispatched', 'accepted', 'on-site')`.execute(db)
  await db.schema.createIndex('incident_by_opened').on('incident').columns(['opened_at', 'id']).execute()
  await db.schema
    .createIndex('incident_by_equipment')
    .on('incident')
    .columns(['equipment_id', 'opened_at'])
    .execute()
  await db.schema.createIndex('incident_by_status').on('incident').column('status').execute()
}

async function findingTable(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('finding'), {
    id: 'text',
    equipment_id: 'text',
    pattern: 'text',
    class: 'text',
    priority: 'text',
    stage: 'text',
    shard: 'integer',
    position: 'time',
    since: 'time',
    shown_at: 'time?',
    ordered_at: 'time?',
    cleared_at: 'time?',
    received_at: 'time',
    confidence: 'real',
    evidence_json: 'text',
    suppressed: 'text?',
    needs_confirmation: 'integer',
    interlock_failed: 'integer',
    incident_id: 'text?',
    disposition: 'text',
  })
    .addPrimaryKeyConstraint('finding_pk', ['id'])
    .addForeignKeyConstraint('finding_incident', ['incident_id'], 'incident', ['id'])
    .execute()
  await db.schema.createIndex('finding_by_since').on('finding').columns(['since', 'id']).execute()
  await db.schema
    .createIndex('finding_by_equipment')
    .on('finding')
    .columns(['equipment_id', 'since'])
    .execute()
  await db.schema.createIndex('finding_by_incident').on('finding').column('incident_id').execute()
}

/** Assignments, deadlines and notices. */
import type { Kysely } from 'kysely'
import type { Tables } from '../tables.js'
import { withColumns } from './column-kinds.js'

export async function dispatchTables(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('assignment'), {
    id: 'text',
    incident_id: 'text',
    level: 'integer',
    role: 'text',
    party: 'text?',
    party_name: 'text',
    person: 'text?',
    status: 'text',
    offered_at: 'time',
    accepted_at: 'time?',
    departed_at: 'time?',
    arrived_at: 'time?',
    ended_at: 'time?',
    chosen_because: 'text',
    reason: 'text?',
  })
    .addPrimaryKeyConstraint('assignment_pk', ['id'])
    .addForeignKeyConstraint('assignment_incident', ['incident_id'], 'incident', ['id'])
    .addForeignKeyConstraint('assignment_party', ['party'], 'organisation', ['id'])
    .execute()
  await db.schema.createIndex('assignment_by_incident').on('assignment').column('incident_id').execute()
  await db.schema.createIndex('assignment_by_party').on('assignment').columns(['party', 'ended_at']).execute()
  await withColumns(db.schema.createTable('deadline'), {
    id: 'text',
    incident_id: 'text',
    assignment_id: 'text?',
    kind: 'text',
    due_at: 'time',
    reason: 'text?',
    status: 'text',
    written_at: 'time',
    ended_at: 'time?',
  })
    .addPrimaryKeyConstraint('deadline_pk', ['id'])
    .addForeignKeyConstraint('deadline_incident', ['incident_id'], 'incident', ['id'])
    .addForeignKeyConstraint('deadline_assignment', ['assignment_id'], 'assignment', ['id'])
    .execute()
  await db.schema.createIndex('deadline_by_due').on('deadline').columns(['status', 'due_at']).execute()
  await db.schema
    .createIndex('deadline_by_incident')
    .on('deadline')
    .columns(['incident_id', 'status'])
    .execute()
  await withColumns(db.schema.createTable('notice'), {
    id: 'text',
    incident_id: 'text',
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
  })
    .addPrimaryKeyConstraint('notice_pk', ['id'])
    .addForeignKeyConstraint('notice_incident', ['incident_id'], 'incident', ['id'])
    .execute()
  await db.schema.createIndex('notice_by_due').on('notice').columns(['status', 'next_attempt_at']).execute()
  await db.schema.createIndex('notice_by_incident').on('notice').column('incident_id').execute()
}

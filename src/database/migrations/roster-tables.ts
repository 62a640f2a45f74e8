/** Who is there when: people with certificates and leave, crews, shifts and handovers. */
import type { Kysely } from 'kysely'
import type { Tables } from '../tables.js'
import { withColumns } from './column-kinds.js'

export async function rosterTables(db: Kysely<Tables>): Promise<void> {
  await people(db)
  await crews(db)
  await shifts(db)
}

async function people(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('member'), {
    id: 'text',
    organisation_id: 'text',
    name: 'text',
    phone: 'text?',
    email: 'text?',
    user_id: 'text?',
    created_at: 'time',
    ended_at: 'time?',
  })
    .addPrimaryKeyConstraint('member_pk', ['id'])
    .addForeignKeyConstraint('member_organisation', ['organisation_id'], 'organisation', ['id'])
    .execute()
  await db.schema
    .createIndex('member_by_organisation')
    .on('member')
    .columns(['organisation_id', 'id'])
    .execute()
  await withColumns(db.schema.createTable('certificate'), {
    id: 'text',
    member_id: 'text',
    class: 'text',
    number: 'text',
    valid_until: 'time',
    created_at: 'time',
  })
    .addPrimaryKeyConstraint('certificate_pk', ['id'])
    .addForeignKeyConstraint('certificate_member', ['member_id'], 'member', ['id'])
    .execute()
  await db.schema
    .createIndex('certificate_by_member')
    .on('certificate')
    .columns(['member_id', 'valid_until'])
    .execute()
  await withColumns(db.schema.createTable('leave'), {
    id: 'text',
    member_id: 'text',
    from_at: 'time',
    until_at: 'time',
    reason: 'text',
    created_at: 'time',
  })
    .addPrimaryKeyConstraint('leave_pk', ['id'])
    .addForeignKeyConstraint('leave_of_member', ['member_id'], 'member', ['id'])
    .execute()
  await db.schema.createIndex('leave_by_member').on('leave').columns(['member_id', 'until_at']).execute()
}

async function crews(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('crew'), {
    id: 'text',
    organisation_id: 'text',
    name: 'text',
    lat: 'real?',
    lon: 'real?',
    districts_json: 'text?',
    kinds_json: 'text',
    created_at: 'time',
    ended_at: 'time?',
  })
    .addPrimaryKeyConstraint('crew_pk', ['id'])
    .addForeignKeyConstraint('crew_organisation', ['organisation_id'], 'organisation', ['id'])
    .execute()
  await db.schema.createIndex('crew_by_organisation').on('crew').columns(['organisation_id', 'id']).execute()
  await withColumns(db.schema.createTable('crew_member'), { crew_id: 'text', member_id: 'text' })
    .addPrimaryKeyConstraint('crew_member_pk', ['crew_id', 'member_id'])
    .addForeignKeyConstraint('crew_member_crew', ['crew_id'], 'crew', ['id'])
    .addForeignKeyConstraint('crew_member_member', ['member_id'], 'member', ['id'])
    .execute()
}

async function shifts(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('shift'), {
    id: 'text',
    crew_id: 'text',
    kind: 'text',
    from_at: 'time',
    until_at: 'time',
    on_from: 'time',
    on_until: 'time',
    created_at: 'time',
    ended_at: 'time?',
  })
    .addPrimaryKeyConstraint('shift_pk', ['id'])
    .addForeignKeyConstraint('shift_crew', ['crew_id'], 'crew', ['id'])
    .execute()
  // Years of shifts lie behind; who is on duty is asked for by what has not ended yet.
  await db.schema.createIndex('shift_by_end').on('shift').columns(['on_until', 'on_from']).execute()
  await db.schema.createIndex('shift_by_crew').on('shift').columns(['crew_id', 'from_at']).execute()
  await withColumns(db.schema.createTable('shift_member'), { shift_id: 'text', member_id: 'text' })
    .addPrimaryKeyConstraint('shift_member_pk', ['shift_id', 'member_id'])
    .addForeignKeyConstraint('shift_member_shift', ['shift_id'], 'shift', ['id'])
    .addForeignKeyConstraint('shift_member_member', ['member_id'], 'member', ['id'])
    .execute()
  await db.schema.createIndex('shift_member_by_member').on('shift_member').column('member_id').execute()
  await withColumns(db.schema.createTable('handover'), {
    shift_id: 'text',
    to_shift_id: 'text',
    from_member_id: 'text',
    to_member_id: 'text',
    at: 'time',
    note: 'text',
    acknowledged_at: 'time?',
    acknowledged_by: 'text?',
  })
    .addPrimaryKeyConstraint('handover_pk', ['shift_id'])
    .addForeignKeyConstraint('handover_of_shift', ['shift_id'], 'shift', ['id'])
    .addForeignKeyConstraint('handover_to_shift', ['to_shift_id'], 'shift', ['id'])
    .execute()
}

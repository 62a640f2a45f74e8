/** What people say is going on at an equipment, what tests of a boiler showed, and the rules' guess at causes. */
import type { Kysely } from 'kysely'
import type { Tables } from '../tables.js'
import { withColumns } from './column-kinds.js'

export async function markTables(db: Kysely<Tables>): Promise<void> {
  await withColumns(db.schema.createTable('mark'), {
    id: 'text',
    equipment_id: 'text',
    kind: 'text',
    reason: 'text',
    from_at: 'time',
    until_at: 'time',
    set_by: 'text',
    set_by_name: 'text',
    set_at: 'time',
    ended_by_name: 'text?',
    ended_at: 'time?',
    journaled_at: 'time',
  })
    .addPrimaryKeyConstraint('mark_pk', ['id'])
    .addForeignKeyConstraint('mark_equipment', ['equipment_id'], 'equipment', ['id'])
    .execute()
  await db.schema.createIndex('mark_by_equipment').on('mark').columns(['equipment_id', 'set_at']).execute()
  await db.schema.createIndex('mark_by_until').on('mark').column('until_at').execute()
  await withColumns(db.schema.createTable('test_record'), {
    finding_id: 'text',
    equipment_id: 'text',
    mark_id: 'text?',
    pattern: 'text',
    acted_at: 'time',
    ended_at: 'time?',
    signal: 'text?',
    value: 'real?',
    fuel_off_ms: 'integer?',
  })
    .addPrimaryKeyConstraint('test_record_pk', ['finding_id'])
    .execute()
  await db.schema
    .createIndex('test_record_by_equipment')
    .on('test_record')
    .columns(['equipment_id', 'acted_at'])
    .execute()
  await db.schema.alterTable('finding').addColumn('mark_id', 'text').execute()
  for (const table of ['finding', 'incident'] as const)
    await db.schema
      .alterTable(table)
      .addColumn('causes_json', 'text', (column) => column.notNull().defaultTo('[]'))
      .execute()
}

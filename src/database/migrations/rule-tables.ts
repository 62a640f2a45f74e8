/** What people set in the rules, version by version, and which version raised a finding. */
import type { Kysely } from 'kysely'
import type { Dialect } from '../database.js'
import type { Tables } from '../tables.js'
import { appendOnly, withColumns } from './column-kinds.js'

export async function ruleTables(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await withColumns(db.schema.createTable('rule_version'), {
    version: 'integer',
    author: 'text',
    author_name: 'text',
    reason: 'text',
    at: 'time',
    changes_json: 'text',
    set_json: 'text',
  })
    .addPrimaryKeyConstraint('rule_version_pk', ['version'])
    .execute()
  await appendOnly(db, dialect, 'rule_version')
  await db.schema
    .alterTable('finding')
    .addColumn('rules_version', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  // The rules learn who maintains each equipment: all facts are written for the journal again.
  await db.updateTable('equipment').set({ journaled_at: 0 }).execute()
}

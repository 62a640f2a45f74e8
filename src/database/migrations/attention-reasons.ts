/** Every reason for which an incident stands before the dispatchers, not the newest alone. */
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables.js'

export async function attentionReasons(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .alterTable('incident')
    .addColumn('attention_json', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute()
  await sql`update incident set attention_json = '["' || attention_reason || '"]'
    where attention_reason is not null`.execute(db)
}

/** Brings a database to this version's shape at start, and refuses one that a newer version has shaped. */
import { type Kysely, sql } from 'kysely'
import { TesheError } from '../errors.js'
import type { Dialect } from './database.js'
import type { Tables } from './tables.js'

export interface Migration {
  id: number
  name: string
  up(db: Kysely<Tables>, dialect: Dialect): Promise<void>
}

// Any number will do as long as every process takes the same: two that start at once must migrate one after the other.
const MIGRATION_LOCK = 7_483_001

/** Runs what is missing in one transaction. Throws DATABASE_SCHEMA_NEWER. */
export async function migrate({
  db,
  dialect,
  migrations,
  now,
}: {
  db: Kysely<Tables>
  dialect: Dialect
  migrations: readonly Migration[]
  /** ms since 1970, written beside each migration. */
  now: number
}): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(trx)
    await trx.schema
      .createTable('schema_migration')
      .ifNotExists()
      .addColumn('id', 'integer', (column) => column.primaryKey().notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('applied_at', 'bigint', (column) => column.notNull())
      .execute()
    const rows = await trx.selectFrom('schema_migration').select('id').orderBy('id').execute()
    const applied = rows.at(-1)?.id ?? 0
    const known = migrations.at(-1)?.id ?? 0
    if (applied > known) throw new TesheError('DATABASE_SCHEMA_NEWER', [applied, known])
    for (const migration of migrations) {
      if (migration.id <= applied) continue
      await migration.up(trx, dialect)
      await trx
        .insertInto('schema_migration')
        .values({ id: migration.id, name: migration.name, applied_at: now })
        .execute()
    }
  })
}

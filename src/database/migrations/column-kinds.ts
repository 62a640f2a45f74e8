/** Spellings that both dialects share, so that a migration reads as a list of columns. */
import { type CreateTableBuilder, type Kysely, sql } from 'kysely'
import type { Dialect } from '../database.js'
import type { Tables } from '../tables.js'

/** `text`, `integer`, `time` (ms since 1970) and `real`; a trailing `?` allows null. */
export type ColumnKind = 'text' | 'integer' | 'time' | 'real' | 'text?' | 'integer?' | 'time?' | 'real?'

const SQL_TYPES = { text: 'text', integer: 'integer', time: 'bigint', real: 'double precision' } as const

/** Adds columns in the order of their names in `columns`. */
export function withColumns<TB extends string, C extends string, N extends string>(
  builder: CreateTableBuilder<TB, C>,
  columns: Record<N, ColumnKind>,
): CreateTableBuilder<TB, C | N> {
  let table = builder as CreateTableBuilder<TB, C | N>
  for (const [name, kind] of Object.entries<ColumnKind>(columns)) {
    const optional = kind.endsWith('?')
    const type = SQL_TYPES[(optional ? kind.slice(0, -1) : kind) as keyof typeof SQL_TYPES]
    table = table.addColumn(name, type, (column) => (optional ? column : column.notNull())) as typeof table
  }
  return table
}

/** A table whose rows are numbered in the order in which they were inserted; numbers are never used twice. */
export function numberedTable(
  db: Kysely<Tables>,
  dialect: Dialect,
  name: string,
): CreateTableBuilder<string, 'id'> {
  const table = db.schema.createTable(name)
  return dialect === 'postgres'
    ? table.addColumn('id', 'bigserial', (column) => column.primaryKey())
    : table.addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement().notNull())
}

/** The database itself refuses to change or delete rows of this table. */
export async function appendOnly(db: Kysely<Tables>, dialect: Dialect, table: string): Promise<void> {
  if (dialect === 'sqlite') {
    for (const verb of ['update', 'delete'])
      await sql
        .raw(
          `create trigger ${table}_no_${verb} before ${verb} on ${table} begin select raise(abort, '${table} is append-only'); end`,
        )
        .execute(db)
    return
  }
  await sql
    .raw(
      `create function ${table}_append_only() returns trigger language plpgsql as $$ begin raise exception '${table} is append-only'; end $$`,
    )
    .execute(db)
  await sql
    .raw(
      `create trigger ${table}_append_only before update or delete on ${table} for each row execute function ${table}_append_only()`,
    )
    .execute(db)
}

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/database/database.js'
import { onEachDatabase } from '../helpers/databases.js'
import { tempDir } from '../helpers/temp-dir.js'

onEachDatabase('database', ({ dialect, address, open, openAt }) => {
  it('a fresh database has exactly the tables and columns that tables.ts names', async () => {
    const { db } = await open()
    const found: Record<string, Record<string, string>> = {}
    for (const table of await db.introspection.getTables())
      found[table.name] = Object.fromEntries(
        table.columns.map((column) => [
          column.name,
          `${kindOf(column.dataType)}${column.isNullable ? '?' : ''}`,
        ]),
      )
    expect(found).toEqual(tablesAsDeclared())
  })

  it('opening again changes nothing, and a newer schema is refused loudly', async () => {
    const at = await address()
    const first = await openAt(at)
    await openAt(at)
    await first.db
      .insertInto('schema_migration')
      .values({ id: 9_999, name: 'later', applied_at: 1 })
      .execute()
    await expect(openDatabase(at)).rejects.toMatchObject({ code: 'DATABASE_SCHEMA_NEWER' })
  })

  it('two processes that open a new database at once both find it whole', async () => {
    const at = await address()
    const both = await Promise.all(dialect === 'postgres' ? [openAt(at), openAt(at)] : [openAt(at)])
    for (const { db } of both) expect(await db.selectFrom('incident').selectAll().execute()).toEqual([])
  })

  it('times come back as the numbers that were stored', async () => {
    const { db } = await open()
    const at = 1_795_290_000_123
    await db
      .insertInto('audit')
      .values({ at, actor: 'a', actor_name: 'a', action: 'x', subject: 's', detail_json: '{}', address: '' })
      .execute()
    const row = await db.selectFrom('audit').select(['id', 'at']).executeTakeFirstOrThrow()
    expect(row).toEqual({ id: 1, at })
    const counted = await db
      .selectFrom('audit')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    expect(counted.n).toBe(1)
  })

  it('audit rows can be neither changed nor deleted', async () => {
    const { db } = await open()
    await db
      .insertInto('audit')
      .values({
        at: 1,
        actor: 'a',
        actor_name: 'a',
        action: 'x',
        subject: 's',
        detail_json: '{}',
        address: '',
      })
      .execute()
    await expect(db.updateTable('audit').set({ actor: 'b' }).execute()).rejects.toThrow(/append-only/)
    await expect(db.deleteFrom('audit').execute()).rejects.toThrow(/append-only/)
  })

  it('a transaction that loses a race runs again and its announcements are made once, after the commit', async () => {
    const database = await open()
    const announced: number[] = []
    const raise = () =>
      database.transaction(async (tx) => {
        const row = await tx.db
          .selectFrom('incident_day')
          .selectAll()
          .where('day', '=', '20261121')
          .executeTakeFirst()
        const last = (row?.last ?? 0) + 1
        if (row)
          await tx.db
            .updateTable('incident_day')
            .set({ last: sql`last + 1` })
            .where('day', '=', '20261121')
            .execute()
        else await tx.db.insertInto('incident_day').values({ day: '20261121', last }).execute()
        tx.afterCommit(() => announced.push(1))
      })
    await Promise.all(Array.from({ length: 8 }, raise))
    const row = await database.db.selectFrom('incident_day').select('last').executeTakeFirstOrThrow()
    expect(row.last).toBe(8)
    expect(announced).toHaveLength(8)
  })

  it('a transaction that throws leaves nothing and announces nothing', async () => {
    const database = await open()
    const announced: number[] = []
    const attempt = database.transaction(async (tx) => {
      await tx.db.insertInto('incident_day').values({ day: '20261121', last: 1 }).execute()
      tx.afterCommit(() => announced.push(1))
      throw new Error('changed my mind')
    })
    await expect(attempt).rejects.toThrow('changed my mind')
    expect(await database.db.selectFrom('incident_day').selectAll().execute()).toEqual([])
    expect(announced).toEqual([])
  })
})

it('SQLite runs with WAL, synchronous=FULL and foreign keys', async () => {
  const { db, close } = await openDatabase({ file: join(tempDir('database'), 'teshe.sqlite') })
  const pragma = async (name: string) =>
    Object.values(
      (await sql<Record<string, unknown>>`${sql.raw(`pragma ${name}`)}`.execute(db)).rows[0] ?? {},
    )[0]
  expect(await pragma('journal_mode')).toBe('wal')
  expect(await pragma('synchronous')).toBe(2)
  expect(await pragma('foreign_keys')).toBe(1)
  await close()
})

it('an address where nothing answers is refused with its name and without its password', async () => {
  const attempt = openDatabase({ url: 'postgres://me:hunter2@127.0.0.1:1/none' })
  await expect(attempt).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  await expect(attempt).rejects.not.toThrow(/hunter2/)
})

/** The three storage classes that tables.ts can tell apart. */
function kindOf(dataType: string): string {
  const type = dataType.toLowerCase()
  if (type === 'text') return 'string'
  if (['integer', 'bigint', 'int4', 'int8', 'float8', 'double precision'].includes(type)) return 'number'
  return type
}

/** Reads the interfaces of tables.ts and of its folder: `{table: {column: 'string' | 'number' | …'?'}}`. */
function tablesAsDeclared(): Record<string, Record<string, string>> {
  const root = join(import.meta.dirname, '../../src/database')
  const files = ['tables.ts', ...readdirSync(join(root, 'tables')).map((file) => `tables/${file}`)]
  const interfaces = new Map<string, ts.InterfaceDeclaration>()
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const statement of ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true).statements)
      if (ts.isInterfaceDeclaration(statement)) interfaces.set(statement.name.text, statement)
  }
  return Object.fromEntries(
    properties(interfaces.get('Tables')).map(([table, type]) => [
      table,
      Object.fromEntries(
        properties(interfaces.get(type)).map(([column, columnType]) => [column, storageOf(columnType)]),
      ),
    ]),
  )
}

function properties(declaration: ts.InterfaceDeclaration | undefined): [string, string][] {
  return [...(declaration?.members ?? [])].flatMap((member) =>
    ts.isPropertySignature(member) ? [[member.name.getText(), member.type?.getText() ?? '']] : [],
  )
}

function storageOf(type: string): string {
  const optional = type.endsWith('| null') ? '?' : ''
  const bare = type.replace(/\s*\|\s*null$/, '')
  const numeric = ['number', 'Generated<number>', 'RescueLevel'].includes(bare)
  return (numeric ? 'number' : 'string') + optional
}

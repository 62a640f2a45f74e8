/**
 * One transaction of the embedded history: the rows of a block that lie beyond the cursor, the names and types they
 * bring, and the cursor itself. What it remembers between writes is only taken over after the commit.
 */
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api'
import type { EventRow, ExtraRow, HistoryBlock, KindColumns } from '../model/block.js'
import { advanceCursor, type Cursor, createCursor } from '../model/cursor.js'
import { EQUIPMENT_KINDS, type EquipmentKind, SHARDS } from '../model/equipment.js'
import { SIGNALS, signalAt } from '../model/signals.js'
import { inTransaction } from './duckdb-sql.js'
import { createReadingAppender, readLayout, type TableLayout } from './embedded-append.js'
import { EXTRA_TABLES } from './embedded-schema.js'
import { freshRows, isFresh } from './fresh-rows.js'
import type { SetAsideReason } from './history.js'
import {
  catalogueType,
  createSignalTypes,
  type LearntType,
  type SignalTypes,
  type StoredType,
} from './signal-types.js'

const CHUNK_ROWS = 2048
const EXTRA_TYPES: readonly DuckDBType[] = [
  ...[INTEGER, BIGINT, UTINYINT, BIGINT, USMALLINT],
  ...[VARCHAR, VARCHAR, DOUBLE, BOOLEAN, VARCHAR],
]
const EVENT_TYPES: readonly DuckDBType[] = [INTEGER, BIGINT, UTINYINT, BIGINT, INTEGER, BOOLEAN, VARCHAR]
const SET_ASIDE_TYPES: readonly DuckDBType[] = [
  ...[VARCHAR, VARCHAR, VARCHAR, BIGINT, UTINYINT, BIGINT, VARCHAR, VARCHAR],
]

export interface EmbeddedWriter {
  cursor(): Cursor
  /** Number of an equipment in the tables, `undefined` when nothing of it was ever stored. */
  equipmentId(equipment: string): number | undefined
  /** Type of a signal on this kind, `undefined` when it was never seen. */
  typeOf(kind: EquipmentKind, signal: string): StoredType | undefined
  /** Writes and commits, or throws having changed nothing. Returns how many values were set aside. */
  write(block: HistoryBlock): Promise<Partial<Record<SetAsideReason, number>>>
  /**
   * The same for a block that the cursor has passed: between `before` and `after`, in one transaction, its rows are
   * written whatever the cursor says. What is set aside was so the first time and is not kept again.
   */
  rewrite(
    block: HistoryBlock,
    around: { before: () => Promise<void>; after: () => Promise<void> },
  ): Promise<Partial<Record<SetAsideReason, number>>>
}

/** Starts from what the tables hold; to be opened anew after a failed write. */
export async function openEmbeddedWriter(connection: DuckDBConnection): Promise<EmbeddedWriter> {
  const { append } = createReadingAppender()
  const layouts = new Map<EquipmentKind, TableLayout>()
  for (const kind of EQUIPMENT_KINDS) layouts.set(kind, await readLayout(connection, kind))
  const cursor = await readCursor(connection)
  const idByEquipment = await readNames(connection)
  const types = await readTypes(connection)

  /** Numbers for the equipment of a block; new names are collected in `added`. */
  function idOf(equipment: string, added: DuckDBValue[][]): number {
    let id = idByEquipment.get(equipment)
    if (id === undefined) {
      id = idByEquipment.size
      idByEquipment.set(equipment, id)
      added.push([id, equipment])
    }
    return id
  }

  async function appendReadings(columns: KindColumns, after: Cursor, added: DuckDBValue[][]): Promise<void> {
    const layout = layouts.get(columns.kind)
    const fresh = freshRows(columns, after)
    if (!layout || columns.rows === 0 || fresh?.length === 0) return
    const ids = Int32Array.from(columns.equipment, (equipment) => idOf(equipment, added))
    const appender = await connection.createAppender(layout.table)
    append(appender, layout, columns, fresh, ids)
    appender.closeSync()
  }

  async function appendRows(
    table: string,
    rowTypes: readonly DuckDBType[],
    rows: DuckDBValue[][],
  ): Promise<void> {
    if (rows.length === 0) return
    const appender = await connection.createAppender(table)
    for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
      const part = rows.slice(start, start + CHUNK_ROWS)
      const chunk = DuckDBDataChunk.create(rowTypes, part.length)
      chunk.setRows(part)
      appender.appendDataChunk(chunk)
    }
    appender.closeSync()
  }

  async function appendEvents(events: readonly EventRow[], added: DuckDBValue[][]): Promise<void> {
    if (events.length === 0) return
    const rows = events.map(({ equipment, ts, shard, position, code, active, key }) => [
      ...[idOf(equipment, added), BigInt(Math.trunc(ts)), shard, BigInt(position), code, active, key],
    ])
    await connection.run('CREATE OR REPLACE TEMP TABLE new_event AS FROM event LIMIT 0')
    await appendRows('new_event', EVENT_TYPES, rows)
    // A repeat, in this block or of a stored event, changes nothing: the first one stays.
    await connection.run(
      `INSERT INTO event
       SELECT DISTINCT ON (equipment, code, active, key, CASE WHEN key IS NULL THEN ts END) n.* FROM new_event n
       WHERE NOT EXISTS (FROM event e WHERE e.equipment = n.equipment AND e.code = n.code AND e.active = n.active
         AND e.key IS NOT DISTINCT FROM n.key AND (n.key IS NOT NULL OR e.ts = n.ts))
       ORDER BY position`,
    )
  }

  /** Why an unknown signal may not be stored: another type, or a name that a column or the store itself already means. */
  function refusal({ kind, name, value }: ExtraRow): SetAsideReason | null {
    if (!types.accepts(kind, name, value)) return 'type'
    return isColumnOf(kind, name) || name.includes('\0') ? 'name' : null
  }

  /** Rows at or below `after` are skipped. */
  async function writeInTransaction(
    block: HistoryBlock,
    after: Cursor,
    keepAside: boolean,
  ): Promise<Partial<Record<SetAsideReason, number>>> {
    const names: DuckDBValue[][] = []
    const aside: DuckDBValue[][] = []
    const counts: Partial<Record<SetAsideReason, number>> = {}
    const extras: DuckDBValue[][] = []
    for (const columns of block.readings) await appendReadings(columns, after, names)
    for (const extra of [...foreignValues(block.readings), ...block.extras]) {
      if (!isFresh(after, extra)) continue
      const { kind, equipment, ts, shard, position, name, value } = extra
      const place = [BigInt(Math.trunc(ts)), shard, BigInt(position)]
      const reason = refusal(extra)
      if (reason) {
        counts[reason] = (counts[reason] ?? 0) + 1
        aside.push([reason, kind, equipment, ...place, name, String(value)])
      } else {
        extras.push([idOf(equipment, names), ...place, 0, kind, name, ...valueColumns(value)])
      }
    }
    await appendRows(EXTRA_TABLES.recent, EXTRA_TYPES, extras)
    await appendEvents(
      block.events.filter((event) => isFresh(after, event)),
      names,
    )
    if (keepAside) await appendRows('set_aside', SET_ASIDE_TYPES, aside)
    await appendRows('equipment_name', [INTEGER, VARCHAR], names)
    const learnt = types.takeNew().map(({ kind, name, type }) => [kind, name, type])
    await appendRows('signal_type', [VARCHAR, VARCHAR, VARCHAR], learnt)
    await connection.run(
      `UPDATE shard_cursor SET position = greatest(position, [${positionsOf(block).join(',')}][shard + 1])`,
    )
    for (const [reason, count] of Object.entries(keepAside ? counts : {})) {
      await connection.run('INSERT INTO set_aside_count VALUES ($1, $2)', [reason, count])
    }
    return counts
  }

  return {
    cursor: () => createCursor(cursor),
    equipmentId: (equipment) => idByEquipment.get(equipment),
    typeOf: types.typeOf,
    async write(block) {
      const aside = await inTransaction(connection, () => writeInTransaction(block, cursor, true))
      advanceCursor(cursor, positionsOf(block))
      return aside
    },
    rewrite: (block, { before, after }) =>
      inTransaction(connection, async () => {
        await before()
        const aside = await writeInTransaction(block, createCursor(), false)
        await after()
        return aside
      }),
  }
}

/** `to` of the shards that the block speaks of, 0 for the others. */
function positionsOf(block: HistoryBlock): number[] {
  const positions = new Array<number>(SHARDS).fill(0)
  for (const shard of block.shards) positions[shard] = block.to[shard] ?? 0
  return positions
}

/** Catalogue signals on equipment of another kind have no column; they are kept as unknown ones are. */
function foreignValues(readings: readonly KindColumns[]): ExtraRow[] {
  const rows: ExtraRow[] = []
  for (const { kind, equipment, equipmentIndex, ts, shard, position, columns } of readings) {
    for (const { signal, values } of columns) {
      const { name, kinds } = signalAt(signal)
      if (kinds.includes(kind)) continue
      const flag = catalogueType(signal) === 'boolean'
      for (const [row, value] of values.entries()) {
        if (Number.isNaN(value)) continue
        const at = { ts: ts[row] ?? 0, shard: shard[row] ?? 0, position: position[row] ?? 0 }
        const id = equipment[equipmentIndex[row] ?? 0] ?? ''
        rows.push({ kind, equipment: id, ...at, name, value: flag ? value !== 0 : value })
      }
    }
  }
  return rows
}

function valueColumns(value: ExtraRow['value']): DuckDBValue[] {
  return [
    typeof value === 'number' ? value : null,
    typeof value === 'boolean' ? value : null,
    typeof value === 'string' ? value : null,
  ]
}

async function readCursor(connection: DuckDBConnection): Promise<Cursor> {
  const reader = await connection.runAndReadAll('SELECT shard, position::DOUBLE FROM shard_cursor')
  const cursor = createCursor()
  for (const [shard, position] of reader.getRows()) cursor[Number(shard)] = Number(position)
  return cursor
}

async function readNames(connection: DuckDBConnection): Promise<Map<string, number>> {
  const reader = await connection.runAndReadAll('SELECT name, id FROM equipment_name')
  return new Map(reader.getRows().map(([name, id]) => [String(name), Number(id)]))
}

async function readTypes(connection: DuckDBConnection): Promise<SignalTypes> {
  const reader = await connection.runAndReadAll('SELECT kind, name, type FROM signal_type')
  const known = reader.getRowObjects().map((row) => row as unknown as LearntType)
  return createSignalTypes(known)
}

/** The catalogue signals whose names an unknown signal may not take on this kind. */
function isColumnOf(kind: EquipmentKind, name: string): boolean {
  return SIGNALS.some((signal) => signal.name === name && signal.kinds.includes(kind))
}

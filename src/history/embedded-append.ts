/**
 * Puts the columns of a block into DuckDB. Hot path: whole vectors are copied as bytes, a missing value is one cleared
 * bit; the library's own value-by-value setters take several times as long.
 */
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  INTEGER,
  USMALLINT,
  UTINYINT,
} from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import type { KindColumns } from '../model/block.js'
import type { EquipmentKind } from '../model/equipment.js'
import { signalIndex } from '../model/signals.js'
import { columnsOf, kindTables, ROW_COLUMNS } from './embedded-schema.js'
import { catalogueType } from './signal-types.js'

/** What one DuckDB vector holds. */
const CHUNK_ROWS = 2048
/** The limit of `JOURNAL_ORDER`; no record has more readings. */
const MAX_PART = 1023
const TWO_POW_32 = 2 ** 32

/** Where the values of a kind go: the catalogue index of each table column after the row's own. */
export interface TableLayout {
  table: string
  types: readonly DuckDBType[]
  signals: readonly number[]
}

export async function readLayout(connection: DuckDBConnection, kind: EquipmentKind): Promise<TableLayout> {
  const table = kindTables(kind).recent
  const names = (await columnsOf(connection, table)).slice(ROW_COLUMNS.length)
  // A column whose signal left the catalogue stays and is filled with NULL.
  const signals = names.map((name) => signalIndex(name) ?? -1)
  const types = signals.map((signal) => (catalogueType(signal) === 'boolean' ? BOOLEAN : DOUBLE))
  return { table, types: [INTEGER, BIGINT, UTINYINT, BIGINT, USMALLINT, ...types], signals }
}

export interface ReadingAppender {
  /**
   * Appends rows inside the transaction that is open on the appender's connection. `fresh` lists the rows to take,
   * `null` all of them; `equipmentIds` translates the block's dictionary.
   */
  append(
    appender: DuckDBAppender,
    layout: TableLayout,
    columns: KindColumns,
    fresh: Uint32Array | null,
    equipmentIds: Int32Array,
  ): void
}

export function createReadingAppender(): ReadingAppender {
  const equipment = new Int32Array(CHUNK_ROWS)
  const ts = new Int32Array(CHUNK_ROWS * 2)
  const shard = new Uint8Array(CHUNK_ROWS)
  const position = new Int32Array(CHUNK_ROWS * 2)
  const part = new Uint16Array(CHUNK_ROWS)
  const numbers = new Float64Array(CHUNK_ROWS)
  const flags = new Uint8Array(CHUNK_ROWS)
  const valid = new Uint8Array(CHUNK_ROWS / 8)
  const noneValid = new Uint8Array(CHUNK_ROWS / 8)

  /** Copies the values of rows `start` … into `numbers`; returns whether one is missing, with its bit cleared in `valid`. */
  function gather(values: Float64Array, fresh: Uint32Array | null, start: number, rows: number): boolean {
    let missing = false
    for (let i = 0; i < rows; i++) {
      const value = values[fresh ? (fresh[start + i] as number) : start + i] as number
      numbers[i] = value
      // biome-ignore lint/suspicious/noSelfCompare: the cheapest test for NaN, in the hot path
      if (value !== value) {
        if (!missing) valid.fill(255)
        missing = true
        valid[i >> 3] = (valid[i >> 3] as number) & ~(1 << (i & 7))
      }
    }
    return missing
  }

  return {
    append(appender, layout, columns, fresh, equipmentIds) {
      const total = fresh ? fresh.length : columns.rows
      const valuesBySignal = new Map(columns.columns.map(({ signal, values }) => [signal, values]))
      let lastShard = -1
      let lastPosition = -1
      let lastPart = 0

      for (let start = 0; start < total; start += CHUNK_ROWS) {
        const rows = Math.min(CHUNK_ROWS, total - start)
        for (let i = 0; i < rows; i++) {
          const row = fresh ? (fresh[start + i] as number) : start + i
          const rowShard = columns.shard[row] as number
          const rowPosition = columns.position[row] as number
          const same = rowPosition === lastPosition && rowShard === lastShard
          lastPart = same ? Math.min(lastPart + 1, MAX_PART) : 0
          lastShard = rowShard
          lastPosition = rowPosition
          equipment[i] = equipmentIds[columns.equipmentIndex[row] as number] as number
          shard[i] = rowShard
          part[i] = lastPart
          // Two halves of a 64-bit integer, little-endian; a BigInt a value would cost more than all else here.
          const ms = columns.ts[row] as number
          ts[i * 2] = ms
          ts[i * 2 + 1] = Math.floor(ms / TWO_POW_32)
          position[i * 2] = rowPosition
          position[i * 2 + 1] = Math.floor(rowPosition / TWO_POW_32)
        }

        const chunk = DuckDBDataChunk.create(layout.types, rows)
        const rowArrays = [equipment, ts, shard, position, part]
        const rowWidths = [4, 8, 1, 8, 2]
        for (let i = 0; i < rowArrays.length; i++) {
          fill(chunk, i, (rowArrays[i] as Int32Array).buffer, rows * (rowWidths[i] as number))
        }
        for (let i = 0; i < layout.signals.length; i++) {
          const column = ROW_COLUMNS.length + i
          const values = valuesBySignal.get(layout.signals[i] as number)
          if (!values) {
            markMissing(chunk, column, noneValid)
            continue
          }
          const missing = gather(values, fresh, start, rows)
          if (layout.types[column] === BOOLEAN) {
            for (let j = 0; j < rows; j++) flags[j] = numbers[j] ? 1 : 0
            fill(chunk, column, flags.buffer, rows)
          } else {
            fill(chunk, column, numbers.buffer, rows * 8)
          }
          if (missing) markMissing(chunk, column, valid)
        }
        appender.appendDataChunk(chunk)
      }
    },
  }
}

function fill(chunk: DuckDBDataChunk, column: number, buffer: ArrayBufferLike, bytes: number): void {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, column)
  duckdb.copy_data_to_vector(vector, 0, buffer as ArrayBuffer, 0, bytes)
}

function markMissing(chunk: DuckDBDataChunk, column: number, validity: Uint8Array): void {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, column)
  duckdb.vector_ensure_validity_writable(vector)
  duckdb.copy_data_to_vector_validity(vector, 0, validity.buffer as ArrayBuffer, 0, validity.byteLength)
}

/**
 * Decides which readings of a block go to InfluxDB and in which order: rows beyond the cursor, of accepted types, young enough,
 * dealt onto lanes by shard. Batches of one lane are sent one after the other, so that of two values of one moment the
 * later one also arrives later; lanes run beside each other.
 */
import type { ExtraRow, HistoryBlock, KindColumns } from '../model/block.js'
import type { Cursor } from '../model/cursor.js'
import type { EquipmentKind } from '../model/equipment.js'
import { signalAt } from '../model/signals.js'
import { freshRows, isFresh } from './fresh-rows.js'
import {
  escapeKey,
  type FieldColumn,
  fieldColumn,
  fieldValue,
  isCarriableName,
  type LineBuffer,
  readingHead,
} from './lines.js'
import type { SetAside } from './set-aside.js'
import { catalogueType, type SignalTypes } from './signal-types.js'

export interface Lane {
  /** Adds lines until the buffer holds `most`; false when nothing was left to add. */
  fill(buffer: LineBuffer, most: number): boolean
}

interface Section {
  head: Uint8Array
  columns: KindColumns
  fields: FieldColumn[]
  rows: Uint32Array
}

export interface PlanOptions {
  block: HistoryBlock
  cursor: Cursor
  types: SignalTypes
  /** ms since 1970; what is older would be refused. */
  oldest: number
  lanes: number
  aside: SetAside
}

export function planLines(options: PlanOptions): Lane[] {
  const { block, cursor, lanes, oldest, aside } = options
  const lines: string[][] = Array.from({ length: lanes }, () => [])

  const sections = block.readings.map((columns): Section => {
    const rows = youngRows(columns, freshRows(columns, cursor), oldest, aside)
    return { head: readingHead(columns.kind), columns, fields: acceptedFields(columns, rows, options), rows }
  })
  for (const extra of block.extras) {
    if (isFresh(cursor, extra)) addExtra(extra, lines[extra.shard % lanes], options)
  }
  const orders = orderRows(sections, lanes)
  return lines.map((own, lane) => createLane(sections, orders[lane], own))
}

/** Rows in the order in which they are sent: row `rows[i]` of section `sections[i]`. */
interface RowOrder {
  sections: Uint32Array
  rows: Uint32Array
}

function createLane(
  sections: readonly Section[],
  order: RowOrder | undefined,
  lines: readonly string[],
): Lane {
  let next = 0
  let line = 0
  return {
    fill(buffer, most) {
      for (; order && next < order.rows.length; next++) {
        if (buffer.lines() >= most) return true
        const { head, columns, fields } = sections[order.sections[next] as number] as Section
        buffer.addRow(head, columns, fields, order.rows[next] as number)
      }
      while (line < lines.length) {
        if (buffer.lines() >= most) return true
        buffer.addLine(lines[line++] as string)
      }
      return buffer.lines() > 0
    },
  }
}

/**
 * Deals rows onto lanes, and within a lane puts those of one equipment beside each other, each equipment's in their
 * order: InfluxDB pays for every series in a batch, and 5,000 lines of 500 series cost it half of 5,000 of 5,000.
 * Hot path: a counting sort over typed arrays.
 */
function orderRows(sections: readonly Section[], lanes: number): RowOrder[] {
  const seriesByName = new Map<string, number>()
  const counts: number[] = []
  const laneOf: number[] = []
  const seriesOf = sections.map(({ columns, rows }) => {
    const known = new Int32Array(columns.equipment.length).fill(-1)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      const local = columns.equipmentIndex[row] as number
      if ((known[local] as number) < 0) {
        const name = `${columns.kind},${columns.equipment[local]}`
        let series = seriesByName.get(name)
        if (series === undefined) {
          series = seriesByName.size
          seriesByName.set(name, series)
          counts.push(0)
          laneOf.push((columns.shard[row] as number) % lanes)
        }
        known[local] = series
      }
      const series = known[local] as number
      counts[series] = (counts[series] as number) + 1
    }
    return known
  })

  const totals = new Array<number>(lanes).fill(0)
  const starts = counts.map((count, series) => {
    const lane = laneOf[series] as number
    const start = totals[lane] as number
    totals[lane] = start + count
    return start
  })
  const orders = totals.map((total) => ({ sections: new Uint32Array(total), rows: new Uint32Array(total) }))
  for (const [index, { columns, rows }] of sections.entries()) {
    const known = seriesOf[index] as Int32Array
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      const series = known[columns.equipmentIndex[row] as number] as number
      const at = starts[series] as number
      starts[series] = at + 1
      const order = orders[laneOf[series] as number] as RowOrder
      order.sections[at] = index
      order.rows[at] = row
    }
  }
  return orders
}

function youngRows(
  columns: KindColumns,
  fresh: Uint32Array | null,
  oldest: number,
  aside: SetAside,
): Uint32Array {
  const rows = fresh ?? Uint32Array.from({ length: columns.rows }, (_, row) => row)
  let old = 0
  for (let i = 0; i < rows.length; i++) if ((columns.ts[rows[i] as number] as number) < oldest) old++
  if (old === 0) return rows
  return rows.filter((row) => {
    if ((columns.ts[row] ?? 0) >= oldest) return true
    for (const { signal, values } of columns.columns) {
      const value = values[row] ?? Number.NaN
      if (!Number.isNaN(value)) aside.add(asideValue(columns, row, 'too-old', signalAt(signal).name, value))
    }
    return false
  })
}

function acceptedFields(
  columns: KindColumns,
  rows: Uint32Array,
  { types, aside }: PlanOptions,
): FieldColumn[] {
  const fields: FieldColumn[] = []
  for (const { signal, values } of columns.columns) {
    const { name } = signalAt(signal)
    const type = catalogueType(signal)
    if (types.typeOf(columns.kind, name) === type) {
      fields.push(fieldColumn(name, type === 'boolean', values))
      continue
    }
    // The database held this field with another type before we came.
    for (const row of rows) {
      const value = values[row] ?? Number.NaN
      if (!Number.isNaN(value)) aside.add(asideValue(columns, row, 'type', name, value))
    }
  }
  return fields
}

function addExtra(extra: ExtraRow, lines: string[] | undefined, { types, oldest, aside }: PlanOptions): void {
  const { kind, equipment, ts, name, value } = extra
  if (ts < oldest) aside.add({ reason: 'too-old', ...extra, value: String(value) })
  else if (!isCarriableName(name)) aside.add({ reason: 'name', ...extra, value: String(value) })
  else if (!types.accepts(kind, name, value)) aside.add({ reason: 'type', ...extra, value: String(value) })
  else {
    lines?.push(
      `${kind},equipment=${escapeKey(equipment)} ${escapeKey(name)}=${fieldValue(value)} ${Math.floor(ts)}`,
    )
  }
}

function asideValue(
  { kind, equipment, equipmentIndex, ts, shard, position }: KindColumns,
  row: number,
  reason: 'type' | 'too-old',
  name: string,
  value: number,
) {
  return {
    reason,
    kind: kind satisfies EquipmentKind,
    equipment: equipment[equipmentIndex[row] ?? 0] ?? '',
    ts: ts[row] ?? 0,
    shard: shard[row] ?? 0,
    position: position[row] ?? 0,
    name,
    value: String(value),
  }
}

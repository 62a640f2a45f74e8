/** Which hours that are rolled up already have to be made anew: those that a block has rows of, or that a rebuild touches. */
import type { HistoryBlock } from '../model/block.js'
import type { Span } from '../model/retention.js'
import type { LateHour } from './influx-upkeep-ledger.js'
import { HOUR_MS } from './resolution.js'

/** Beyond so many the whole hour is made anew. */
const MOST_EQUIPMENT = 200

/** `rolledTo` is ms since 1970; nothing is late while it is `null`. Hot path: one comparison a row. */
export function lateHours(block: HistoryBlock, rolledTo: number | null): LateHour[] {
  if (rolledTo === null) return []
  const byHour = new Map<number, Set<string>>()

  function add(ts: number, equipment: string): void {
    const hour = Math.floor(ts / HOUR_MS) * HOUR_MS
    const own = byHour.get(hour)
    if (own) own.add(equipment)
    else byHour.set(hour, new Set([equipment]))
  }

  for (const { rows, ts, equipment, equipmentIndex } of block.readings) {
    for (let row = 0; row < rows; row++) {
      const at = ts[row] as number
      if (at < rolledTo) add(at, equipment[equipmentIndex[row] as number] as string)
    }
  }
  for (const { ts, equipment } of block.extras) if (ts < rolledTo) add(ts, equipment)
  for (const { ts, equipment } of block.events) if (ts < rolledTo) add(ts, equipment)
  return [...byHour].flatMap(([hour, own]): LateHour[] =>
    own.size > MOST_EQUIPMENT
      ? [{ hour, equipment: null }]
      : [...own].map((equipment) => ({ hour, equipment })),
  )
}

/** Which hours of all equipment a rebuild touches: it erases minutes and hours with the values. */
export function touchedHours({ from, to }: Span, rolledTo: number | null): LateHour[] {
  const late: LateHour[] = []
  const end = Math.min(to, rolledTo ?? from)
  for (let hour = Math.floor(from / HOUR_MS) * HOUR_MS; hour < end; hour += HOUR_MS) {
    late.push({ hour, equipment: null })
  }
  return late
}

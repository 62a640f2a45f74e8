/**
 * Events as lines of their own, with times in ns: InfluxDB tells points apart by tags and time, so two events of one
 * code, phase and millisecond but different keys would be one. The key's hash stands below the millisecond, which is
 * exact as it was (docs/decisions/009-events-below-the-millisecond.md).
 */
import type { EventRow } from '../model/block.js'
import type { Cursor } from '../model/cursor.js'
import { isFresh } from './fresh-rows.js'
import { escapeKey, fieldValue, type LineBuffer } from './lines.js'
import type { SetAside } from './set-aside.js'

const NS_PER_MS = 1_000_000

/** Adds the events beyond the cursor; those from before `oldest` (ms) are set aside. */
export function addEventLines(
  buffer: LineBuffer,
  events: readonly EventRow[],
  { cursor, oldest, aside }: { cursor: Cursor; oldest: number; aside: SetAside },
): void {
  for (const event of events) {
    if (!isFresh(cursor, event)) continue
    if (event.ts >= oldest) {
      buffer.addLine(eventLine(event))
      continue
    }
    const { equipment, ts, shard, position, code, active } = event
    const value = active ? 'begin' : 'end'
    aside.add({
      reason: 'too-old',
      kind: 'event',
      equipment,
      ts,
      shard,
      position,
      name: String(code),
      value,
    })
  }
}

function eventLine({ equipment, ts, code, active, key }: EventRow): string {
  const tags = `event,equipment=${escapeKey(equipment)},code=${code},phase=${active ? 'begin' : 'end'}`
  const time = BigInt(Math.floor(ts)) * BigInt(NS_PER_MS) + BigInt(belowTheMillisecond(key))
  return `${tags} key=${fieldValue(key ?? '')} ${time}`
}

/** From 0 to 999,999; 0 without a key. FNV-1a, so that a repeat after years is the same point. */
export function belowTheMillisecond(key: string | null): number {
  if (key === null || key === '') return 0
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193)
  return 1 + ((hash >>> 0) % (NS_PER_MS - 1))
}
